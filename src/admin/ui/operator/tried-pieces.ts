import type { TriedText } from '../../contract.ts';

type Reason = Pick<TriedText['reasons'][number], 'rule' | 'position' | 'end'>;

/** A stretch of the text to which the same reasons apply. */
export interface Piece {
  start: number;
  text: string;
  /** Names of the rules that found it. */
  found: string[];
}

/** A text cut where findings begin and end, so that each can be marked; findings may overlap. */
export function piecesOf(text: string, reasons: readonly Reason[]): Piece[] {
  const within = (at: number) => Math.min(text.length, Math.max(0, at));
  const cuts = new Set([
    0,
    text.length,
    ...reasons.flatMap(({ position, end }) => [within(position), within(end)]),
  ]);
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, index) => {
    const end = sorted[index + 1] ?? text.length;
    const found = reasons
      .filter((reason) => reason.position < end && reason.end > start)
      .map(({ rule }) => rule);
    return { start, text: text.slice(start, end), found };
  });
}
