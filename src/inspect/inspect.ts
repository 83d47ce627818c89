import { createDetector, worstOf } from './detect.ts';
import { readModel } from './model/model.ts';
import { RULES } from './rules.ts';
import { WORD_CLASSES, type WordClass } from './words/word-classes.ts';

/** What to do with a text: flag passes it on and says so. */
export type Verdict = 'allow' | 'flag' | 'reject';

export interface Reason {
  /** Name of the rule that matched, or what the passage that the model found is about. */
  rule: string;
  /** Index of the first UTF-16 unit; where it is disguised, of what holds it. */
  position: number;
}

export interface Inspection {
  decision: Verdict;
  /** 0 (harmless) to 1 (certainly an attack). */
  score: number;
  /** One a rule, the first match, in the text's order. */
  reasons: Reason[];
}

export interface InspectOptions {
  /** Scores from which a text is flagged and rejected. */
  thresholds?: { flag: number; reject: number };
}

/** What the model is calibrated to; docs/prompt-inspection.md has what they mean in attacks found and false alarms. */
const DEFAULT_THRESHOLDS = { flag: 0.5, reject: 0.9 };

const detect = createDetector(readModel(new URL('./model/model.json', import.meta.url)));

/** Looks for prompt injection in a text. Pure, and linear in the text's length. */
export function inspect(text: string, { thresholds = DEFAULT_THRESHOLDS }: InspectOptions = {}): Inspection {
  const reasons = RULES.map(({ name, pattern }) => ({ rule: name, position: text.search(pattern) }))
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position);
  const worst = worstOf(detect(text));
  const score = reasons.length > 0 ? 1 : 1 / (1 + Math.exp(-worst.logit));
  if (score < thresholds.flag) return { decision: 'allow', score, reasons: [] };
  if (reasons.length === 0) {
    reasons.push({ rule: subjectOf(worst.classes), position: worst.origin(worst.passage).start });
  }
  return { decision: score >= thresholds.reject ? 'reject' : 'flag', score, reasons };
}

/** What an attack is about, by the classes of its words: the first that fits. */
const SUBJECTS: readonly (readonly [subject: string, classes: readonly WordClass[]])[] = [
  ['override', ['ignore', 'instruction']],
  ['override', ['ignore', 'prior']],
  ['extraction', ['reveal', 'secret']],
  ['extraction', ['reveal', 'instruction']],
  ['jailbreak', ['unrestricted']],
  ['jailbreak', ['role']],
  ['exfiltration', ['send']],
];

function subjectOf(classes: number): string {
  const has = (name: WordClass) => (classes & (1 << WORD_CLASSES.indexOf(name))) !== 0;
  return SUBJECTS.find(([, names]) => names.every(has))?.[0] ?? 'suspicious';
}
