import type { Work } from '../work.ts';
import { type Decoded, isReadable } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Unicode's tag block repeats ASCII from here on, invisibly: https://www.unicode.org/charts/PDF/UE0000.pdf */
const FIRST_TAG = 0xe0000;
const HIGH_SURROGATE = '\udb40';
/** What it costs to read a tag. */
const TAG_STEPS = 30;
const TAGS = /[\u{e0020}-\u{e007e}]/gu;

/** What is written in invisible tag characters. It is gone from a normalised text. */
export function decodeTagCharacters(text: string, work: Work): Decoded[] {
  if (!text.includes(HIGH_SURROGATE)) return [];
  const rewriting = new Rewriting(text);
  let end = 0;
  for (const { 0: tag, index } of text.matchAll(TAGS)) {
    if (!work.take(TAG_STEPS)) return [];
    end = index + tag.length;
    rewriting.put(String.fromCharCode((tag.codePointAt(0) ?? 0) - FIRST_TAG), index, end);
  }
  return isReadable(rewriting.text) ? [rewriting.decoded(text.search(TAGS), end)] : [];
}
