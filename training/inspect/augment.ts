import { DISGUISES, isDisguisable } from './disguises.ts';
import type { Item } from './items.ts';
import { pick, type Random } from './random.ts';

/** Disguises that leave nothing of a text that can be read; halves of words look most like words, so they are often among them. */
const UNREADABLE = [
  'base64',
  'base64 in a sentence',
  'hex',
  'hex in pairs',
  'percent',
  'percent, all',
  'rot13',
  'spaced',
  'dotted',
  'hyphen-split',
  'hyphen-split',
  'space-split',
  'space-split',
  'reversed',
  'escapes',
  'escaped bytes',
];

/** Harmless texts in disguise, which nobody has undone yet: what that looks like says nothing. */
export function disguiseHarmless(items: readonly Item[], count: number, random: Random): string[] {
  const harmless = items.filter((item) => item.label === 'benign' && isDisguisable(item));
  return Array.from({ length: count }, () => {
    const disguise = DISGUISES[pick(UNREADABLE, random)];
    return disguise?.(pick(harmless, random).text) ?? '';
  });
}
