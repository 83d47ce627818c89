import type { Timeline, TimelineMark, TimelineSpan } from '../../contract.ts';

/** A line of the waterfall; from and to are parts of the whole time, between 0 and 1. */
export interface WaterfallRow {
  key: string;
  label: string;
  kind: TimelineSpan['kind'] | TimelineMark['kind'];
  /** Milliseconds after the job was accepted. */
  startMs: number;
  /** undefined for what has no length. */
  tookMs: number | undefined;
  from: number;
  to: number;
  isOpen: boolean;
  outcome: string | null;
}

const MARK_WORDS: Record<TimelineMark['kind'], string> = {
  first_text: 'first text',
  tool: 'tool',
  artifact: 'file',
  model_answer: 'model answer',
  prompt_leak: 'prompt leak',
  error: 'error',
};

/** The lines of a job's waterfall in the order of their start, each attempt with its marks below it. */
export function waterfallRows({ spans, marks }: Timeline, acceptedAt: string, nowMs: number): WaterfallRow[] {
  const startMs = Date.parse(acceptedAt);
  const end = (to: string | null) => (to === null ? nowMs : Date.parse(to));
  const lastMs = Math.max(
    startMs + 1,
    ...spans.map(({ to }) => end(to)),
    ...marks.map(({ at }) => Date.parse(at)),
  );
  const whole = lastMs - startMs;
  const part = (ms: number) => Math.min(1, Math.max(0, (ms - startMs) / whole));
  return spans.flatMap((span) => {
    const fromMs = Date.parse(span.from);
    const toMs = Math.max(fromMs, end(span.to));
    const row: WaterfallRow = {
      ...{ key: `${span.kind} ${span.attempt}`, label: labelOf(span), kind: span.kind },
      ...{ startMs: Math.max(0, fromMs - startMs), tookMs: toMs - fromMs },
      ...{ from: part(fromMs), to: part(toMs), isOpen: span.to === null },
      // That it ran after it waited says the next line.
      outcome: span.outcome === 'running' ? null : span.outcome,
    };
    if (span.kind !== 'attempt') return [row];
    const within = marks.filter(({ attempt }) => attempt === span.attempt);
    return [row, ...within.map((mark) => markRow(mark, startMs, part))];
  });
}

function labelOf({ kind, attempt }: TimelineSpan): string {
  if (kind === 'queued') return 'waits in the queue';
  return kind === 'delay' ? `waits before attempt ${attempt + 1}` : `attempt ${attempt}`;
}

function markRow(mark: TimelineMark, startMs: number, part: (ms: number) => number): WaterfallRow {
  const ms = Date.parse(mark.at);
  const label = [MARK_WORDS[mark.kind], mark.label].filter((text) => text !== '').join(': ');
  return {
    ...{ key: `mark ${mark.seq}`, label, kind: mark.kind, startMs: Math.max(0, ms - startMs) },
    ...{ tookMs: undefined, from: part(ms), to: part(ms), isOpen: false, outcome: null },
  };
}
