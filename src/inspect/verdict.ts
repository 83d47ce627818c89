/** What to do with a text: flag passes it on and says so. */
export type Verdict = 'allow' | 'flag' | 'reject';

/** What an attack is after: a closed set, told to callers and counted by. */
export const REASON_CLASSES = [
  /** Other instructions are put in the place of the operator's. */
  'override',
  /** The model's restrictions are to be taken off. */
  'jailbreak',
  /** Instructions or secrets that the model holds are to be shown. */
  'extraction',
  /** Data is to be sent somewhere. */
  'exfiltration',
  /** Something is to be done without the user's knowledge. */
  'covert',
  /** A text pretends that the user's turn ended, or that it is the system's. */
  'role_marker',
  /** Like an attack, without saying after what. */
  'suspicious',
  /** What an own rule is about that fits none of these. */
  'other',
] as const;

export type ReasonClass = (typeof REASON_CLASSES)[number];

/** Scores from which a text is flagged and rejected; each from 0 to 1, or more for never. */
export interface Thresholds {
  flag: number;
  reject: number;
}
