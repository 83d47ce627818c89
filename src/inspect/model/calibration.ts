/** What is known of the passage that is most like an attack, and of the text around it. */
export interface Evidence {
  /** What the passage's words contribute together. */
  sum: number;
  /** The same of the best passage that may be longer. */
  longSum: number;
  isQuoted: boolean;
  /** Words of the text that are about detecting attacks. */
  subjectWords: number;
  /** What the words before and after the passage contribute on average. */
  surroundings: number;
  /** Of the text. */
  words: number;
}

/** How evidence becomes log-odds. */
export interface Calibration {
  constant: number;
  /** One for each of calibrationTerms. */
  terms: readonly number[];
}

/** Beyond these, more of the same does not change the picture. */
const MIN_SUM = -2;
const MAX_SUM = 14;
const MAX_SUBJECT_WORDS = 3;
const MIN_SURROUNDINGS = -0.3;
const MAX_SURROUNDINGS = 0.5;
/** A text of so many words is not short at all. */
const LONG_TEXT = 150;

/**
 * The terms of the log-odds. An attack that is quoted, in a text about attacks, is more likely an example; the sum
 * counts for less there. What is around the passage counts in a short text, in which it belongs to it, and within
 * bounds: no harmless text around an attack makes up for it.
 */
export function calibrationTerms(evidence: Evidence): number[] {
  const sum = Math.min(Math.max(evidence.sum, MIN_SUM), MAX_SUM);
  const subject = Math.min(evidence.subjectWords, MAX_SUBJECT_WORDS);
  const quoted = evidence.isQuoted ? 1 : 0;
  const shortness = Math.max(1 - Math.log1p(evidence.words) / Math.log(LONG_TEXT), 0);
  const surroundings = Math.min(Math.max(evidence.surroundings, MIN_SURROUNDINGS), MAX_SURROUNDINGS);
  return [
    sum,
    quoted,
    sum * quoted,
    subject,
    sum * subject,
    Math.log1p(Math.max(evidence.longSum, 0)),
    surroundings * shortness,
    shortness,
  ];
}

/** Log-odds that the text is an attack. */
export function calibrate(evidence: Evidence, { constant, terms }: Calibration): number {
  return calibrationTerms(evidence).reduce((sum, term, at) => sum + term * (terms[at] ?? 0), constant);
}
