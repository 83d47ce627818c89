/** Classes of meaning that a word can have; a class is the bit of its place. Words of several classes have several bits. */
export const WORD_CLASSES = [
  'ignore',
  'prior',
  'instruction',
  'machine',
  'reveal',
  'secret',
  'role',
  'instead',
  'unrestricted',
  'any',
  'you',
  'only',
  'respond',
  'send',
  'covert',
  'mode',
  'authority',
  'subject',
  'act',
  'harm',
] as const;

export type WordClass = (typeof WORD_CLASSES)[number];

export function classBit(name: WordClass): number {
  return 1 << WORD_CLASSES.indexOf(name);
}
