import { type Group, groupOf, type Item } from './items.ts';

/** A text and what was decided on it. */
export interface Judged {
  item: Item;
  logit: number;
}

/** Log-odds above which a text is flagged and rejected. */
export interface Thresholds {
  flag: number;
  reject: number;
}

/** Of how many texts of a group how many were flagged (rejected ones too) and rejected. */
export interface Figure {
  texts: number;
  flagged: number;
  rejected: number;
}

export const MULTILINGUAL = 'multilingual';
export type FigureName = Group | typeof MULTILINGUAL;

/** The most harmless texts that may be flagged and rejected. */
const LIMITS = {
  development: { flag: 0.005, reject: 0.001 },
  hard: { flag: 0.03, reject: 0.01 },
} as const;

/** The lowest thresholds that keep harmless texts within the limits. */
export function chooseThresholds(judged: readonly Judged[]): Thresholds {
  const highest = (group: keyof typeof LIMITS, verdict: 'flag' | 'reject') => {
    const logits = judged.filter(({ item }) => groupOf(item) === group).map(({ logit }) => logit);
    logits.sort((a, b) => b - a);
    return logits[Math.floor(LIMITS[group][verdict] * logits.length)] ?? 0;
  };
  return {
    flag: Math.max(highest('development', 'flag'), highest('hard', 'flag')),
    reject: Math.max(highest('development', 'reject'), highest('hard', 'reject')),
  };
}

export function figuresOf(
  judged: readonly Judged[],
  { flag, reject }: Thresholds,
): Record<FigureName, Figure> {
  const figures = {} as Record<FigureName, Figure>;
  for (const { item, logit } of judged) {
    const names: FigureName[] = [groupOf(item)];
    if (item.kind === MULTILINGUAL) names.push(MULTILINGUAL);
    for (const name of names) {
      figures[name] ??= { texts: 0, flagged: 0, rejected: 0 };
      figures[name].texts += 1;
      if (logit > flag) figures[name].flagged += 1;
      if (logit > reject) figures[name].rejected += 1;
    }
  }
  return figures;
}

/** The figures as the table of the documentation. */
export function formatFigures(figures: Record<FigureName, Figure>): string {
  const rows = Object.entries(figures).map(([name, { texts, flagged, rejected }]) => {
    return `| ${name} | ${texts} | ${percent(flagged, texts)} | ${percent(rejected, texts)} |`;
  });
  return ['| texts | number | flagged | rejected |', '|---|---|---|---|', ...rows].join('\n');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
