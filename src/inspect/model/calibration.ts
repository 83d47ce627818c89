/** What is known of the passage that is most like an attack, and of the text around it. */
export interface Evidence {
  /** What the passage's words contribute together. */
  sum: number;
  isQuoted: boolean;
  /** Words of the text that are about detecting attacks. */
  subjectWords: number;
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

/**
 * The terms of the log-odds. An attack that is quoted, in a text about attacks, is more likely an example; the sum
 * counts for less there.
 */
export function calibrationTerms({ sum, isQuoted, subjectWords }: Evidence): number[] {
  const limited = Math.min(Math.max(sum, MIN_SUM), MAX_SUM);
  const subject = Math.min(subjectWords, MAX_SUBJECT_WORDS);
  const quoted = isQuoted ? 1 : 0;
  return [limited, quoted, limited * quoted, subject, limited * subject];
}

/** Log-odds that the text is an attack. */
export function calibrate(evidence: Evidence, { constant, terms }: Calibration): number {
  return calibrationTerms(evidence).reduce((sum, term, at) => sum + term * (terms[at] ?? 0), constant);
}
