import { RULES } from './rules.ts';

/** What to do with a text: flag passes it on and says so. */
export type Verdict = 'allow' | 'flag' | 'reject';

export interface Reason {
  /** Name of the rule that matched. */
  rule: string;
  /** Index of the match's first UTF-16 unit. */
  position: number;
}

export interface Inspection {
  decision: Verdict;
  /** 0 (harmless) to 1 (certainly an attack). */
  score: number;
  /** One a rule, the first match, in the text's order. */
  reasons: Reason[];
}

/** Looks for prompt injection in a text. Pure, and linear in the text's length. */
export function inspect(text: string): Inspection {
  const reasons = RULES.map(({ name, pattern }) => ({ rule: name, position: text.search(pattern) }))
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position);
  return reasons.length === 0
    ? { decision: 'allow', score: 0, reasons }
    : { decision: 'reject', score: 1, reasons };
}
