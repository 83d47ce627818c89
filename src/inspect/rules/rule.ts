import type { Place } from '../../rule-files/index.ts';
import type { ReasonClass } from '../verdict.ts';

export interface Example {
  text: string;
  /** Where it is written. */
  place: Place;
}

/** A pattern that is looked for in texts, and what it says where it matches. */
export interface Rule {
  name: string;
  reasonClass: ReasonClass;
  /** In the syntax of RE2; case and accents do not count. */
  pattern: string;
  /** Of what it finds: BCP 47; for people. */
  languages: readonly string[];
  /** The score that a match alone gives: 0 (nothing) to 1 (certainly an attack). */
  weight: number;
  /** Instead of weight, where the match stands within quotes or a fenced block: a string, a citation, an example. */
  quotedWeight: number;
  /** Texts in which it must match, and in which it must not. */
  examples: { match: readonly Example[]; pass: readonly Example[] };
  /** Where it is written. */
  place: Place;
}
