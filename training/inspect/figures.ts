import { isDisguisable } from './disguises.ts';
import { type Group, groupOf, type Item } from './items.ts';

/** A text, and what was found in it by what did not see it in training. */
export interface Seen {
  item: Item;
  /** The part of the items that it belongs to. */
  fold: number;
  /** Log-odds of the model, not yet scaled to scores. */
  logit: number;
  /** The share of doubt that the rules leave: 1 where none matched. */
  doubt: number;
}

/** A text, and the score that inspect() gives it: 0 to 1. */
export interface Scored {
  item: Item;
  score: number;
}

/** Log-odds above which a text is flagged and rejected. */
export interface Thresholds {
  flag: number;
  reject: number;
}

/** Scores at which a text is flagged and rejected, unless a policy says otherwise. */
export const FLAG_SCORE = 0.5;
const REJECT_SCORE = 0.9;

/** Of how many texts of a group how many were flagged (rejected ones too) and rejected. */
export interface Figure {
  texts: number;
  flagged: number;
  rejected: number;
}

const MULTILINGUAL = 'multilingual';
export type FigureName = Group | typeof MULTILINGUAL;

/**
 * The most harmless texts that the model may flag and reject. What is allowed of it on texts that nobody has seen is
 * half as much again, and rules add to it.
 */
const LIMITS = {
  development: { flag: 0.003, reject: 0.0005 },
  hard: { flag: 0.02, reject: 0.006 },
} as const;

/**
 * How far apart the thresholds are at least, in log-odds: the limit of rejection is one text or two, so where they say
 * next to nothing a text that is just flagged must not be rejected.
 */
const MIN_APART = 1.5;

/** The lowest thresholds that keep harmless texts within the limits. */
export function chooseThresholds(seen: readonly Pick<Seen, 'item' | 'logit'>[]): Thresholds {
  const highest = (group: keyof typeof LIMITS, verdict: 'flag' | 'reject') => {
    const logits = seen.filter(({ item }) => groupOf(item) === group).map(({ logit }) => logit);
    logits.sort((a, b) => b - a);
    return logits[Math.floor(LIMITS[group][verdict] * logits.length)] ?? 0;
  };
  const flag = Math.max(highest('development', 'flag'), highest('hard', 'flag'));
  return {
    flag,
    reject: Math.max(highest('development', 'reject'), highest('hard', 'reject'), flag + MIN_APART),
  };
}

/** How much log-odds are stretched so that the thresholds come to the scores. */
export function stretchOf({ flag, reject }: Thresholds): number {
  return (logitOf(REJECT_SCORE) - logitOf(FLAG_SCORE)) / (reject - flag);
}

export function logitOf(score: number): number {
  return Math.log(score / (1 - score));
}

/** What a policy of these thresholds would make of texts. */
export function scoreEach(seen: readonly Seen[], thresholds: Thresholds): Scored[] {
  return seen.map(({ item, logit, doubt }) => {
    const scaled = stretchOf(thresholds) * (logit - thresholds.flag) + logitOf(FLAG_SCORE);
    return { item, score: 1 - doubt / (1 + Math.exp(scaled)) };
  });
}

/** By group, for those that have any text. */
export function figuresOf(scored: readonly Scored[]): Partial<Record<FigureName, Figure>> {
  const groups = new Map<FigureName, Scored[]>();
  for (const one of scored) {
    const names: FigureName[] = [groupOf(one.item)];
    if (one.item.kind === MULTILINGUAL) names.push(MULTILINGUAL);
    for (const name of names) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [one]);
      else group.push(one);
    }
  }
  return Object.fromEntries([...groups].map(([name, texts]) => [name, figureOf(texts)]));
}

/** What a disguise does to the attacks and the harmless texts that disguises are measured on. */
export interface DisguiseFigures {
  attacks: Figure;
  harmless: Figure;
}

/** By disguise; `plain` stands for none. */
export function disguiseFiguresOf(
  { seen, disguised }: { seen: readonly Seen[]; disguised: ReadonlyMap<string, readonly Seen[]> },
  thresholds: Thresholds,
): Record<string, DisguiseFigures> {
  const plain = seen.filter(({ item }) => isDisguisable(item));
  const ofLabel = (texts: readonly Scored[], label: Item['label']) =>
    figureOf(texts.filter(({ item }) => item.label === label));
  return Object.fromEntries(
    [['plain', plain] as const, ...disguised].map(([name, texts]) => {
      const scored = scoreEach(texts, thresholds);
      return [name, { attacks: ofLabel(scored, 'attack'), harmless: ofLabel(scored, 'benign') }];
    }),
  );
}

function figureOf(scored: readonly Scored[]): Figure {
  return {
    texts: scored.length,
    flagged: scored.filter(({ score }) => score > FLAG_SCORE).length,
    rejected: scored.filter(({ score }) => score > REJECT_SCORE).length,
  };
}

/** The figures as the table of the documentation. */
export function formatFigures(figures: Readonly<Record<string, Figure>>): string {
  const rows = Object.entries(figures).map(([name, { texts, flagged, rejected }]) => {
    return `| ${name} | ${texts} | ${percent(flagged, texts)} | ${percent(rejected, texts)} |`;
  });
  return ['| texts | number | flagged | rejected |', '|---|---|---|---|', ...rows].join('\n');
}

/** The same by disguise. */
export function formatDisguiseFigures(figures: Readonly<Record<string, DisguiseFigures>>): string {
  const rows = Object.entries(figures).map(([name, { attacks, harmless }]) => {
    const shares = [attacks, harmless].flatMap(({ texts, flagged, rejected }) => [
      percent(flagged, texts),
      percent(rejected, texts),
    ]);
    return `| ${[name, ...shares].join(' | ')} |`;
  });
  const head = ['disguise', 'attacks flagged', 'rejected', 'harmless flagged', 'rejected'];
  return [`| ${head.join(' | ')} |`, '|---|---|---|---|---|', ...rows].join('\n');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
