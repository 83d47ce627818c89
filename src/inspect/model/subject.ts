import type { ReasonClass } from '../verdict.ts';
import { classBit, type WordClass } from '../words/word-classes.ts';

/** What an attack is about, by the classes of its words: the first that fits. */
const SUBJECTS: readonly (readonly [subject: ReasonClass, classes: readonly WordClass[]])[] = [
  ['override', ['ignore', 'instruction']],
  ['override', ['ignore', 'prior']],
  ['extraction', ['reveal', 'secret']],
  ['extraction', ['reveal', 'instruction']],
  ['jailbreak', ['unrestricted']],
  ['jailbreak', ['role']],
  ['exfiltration', ['send']],
];

/** @param classes of a passage's words, as bits */
export function subjectOf(classes: number): ReasonClass {
  const has = (name: WordClass) => (classes & classBit(name)) !== 0;
  return SUBJECTS.find(([, names]) => names.every(has))?.[0] ?? 'suspicious';
}
