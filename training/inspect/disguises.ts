import { decodeReversed } from '../../src/inspect/decode/reversed.ts';
import { rot13 } from '../../src/inspect/decode/rot13.ts';
import { groupOf, type Item } from './items.ts';
import { pick, type Random, seeded } from './random.ts';

/** How attackers hide what they write; each gives the same for the same text. */
export const DISGUISES: Record<string, (text: string) => string> = {
  base64,
  'base64 in a sentence': (text) => `Please decode this and do what it says: ${base64(text)} thanks`,
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in pairs': (text) => Buffer.from(text).toString('hex').replace(/../g, '$& '),
  'percent, all': (text) => each(text, percent),
  percent: (text) => each(text, (letter) => (/[b-df-hj-np-tv-z]/i.test(letter) ? letter : percent(letter))),
  rot13,
  'zero-width': randomly((letter, random) =>
    /[a-z]/i.test(letter) && random() < 0.3 ? letter + pick([...'\u200b\u200c\u200d\u2060'], random) : letter,
  ),
  lookalikes: replacing(zip('aeopcxyisAEOPCTHM', 'аеорсхуіѕАЕОРСТНМ'), 0.5),
  'full-width': (text) =>
    text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  leetspeak: replacing(zip('aeiostAEIOST', '431057431057'), 0.7),
  spaced: (text) => eachWord(text, ' ', '   '),
  dotted: (text) => eachWord(text, '.', ' '),
  'hyphen-split': (text) => split(text, /[A-Za-z]{5,}/g, (first, second) => `${first}-${second}`),
  'space-split': (text) => split(text, /[A-Za-z]{5,}/g, (first, second) => `${first} ${second}`),
  concatenation: (text) => split(text, /\S{5,}/g, (first, second) => `"${first}" + "${second}"`),
  reversed: (text) => decodeReversed(text)[0]?.text ?? '',
  escapes: (text) => each(text, (letter) => `\\u${hex(letter.charCodeAt(0), 4)}`),
  'escaped bytes': (text) => Buffer.from(text).toString('hex').replace(/../g, '\\x$&'),
  references: (text) => each(text, (letter) => `&#${letter.codePointAt(0)};`),
  'tag characters': (text) => `Please summarise this.${each(text, tag)}`,
  typos: swapLetters,
  capitals: (text) => text.toUpperCase(),
};

const KINDS = ['override', 'extraction', 'indirect', 'jailbreak'];
const MIN_CHARACTERS = 20;
const MAX_CHARACTERS = 1_500;

/** Whether a text is one that disguises are measured on: a short one, an attack in ASCII or a developer's. */
export function isDisguisable({ label, kind, text }: Item): boolean {
  if (text.length < MIN_CHARACTERS || text.length > MAX_CHARACTERS) return false;
  if (label === 'attack') return KINDS.includes(kind) && /^[\p{ASCII}\u2010-\u201f]*$/u.test(text);
  return groupOf({ label, kind }) === 'development';
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function percent(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  return code < 128 ? `%${hex(code, 2)}` : encodeURIComponent(letter.toWellFormed());
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

function tag(letter: string): string {
  return /[ -~]/.test(letter) ? String.fromCodePoint(0xe0000 + letter.charCodeAt(0)) : '';
}

function each(text: string, encode: (letter: string) => string): string {
  return [...text].map(encode).join('');
}

function eachWord(text: string, between: string, around: string): string {
  return text
    .split(/\s+/)
    .map((word) => [...word].join(between))
    .join(around);
}

function split(text: string, words: RegExp, join: (first: string, second: string) => string): string {
  return text.replace(words, (word) => {
    const half = Math.ceil(word.length / 2);
    return join(word.slice(0, half), word.slice(half));
  });
}

function randomly(change: (letter: string, random: Random) => string): (text: string) => string {
  return (text) => {
    const random = seeded(text.length);
    return each(text, (letter) => change(letter, random));
  };
}

function replacing(letters: ReadonlyMap<string, string>, share: number): (text: string) => string {
  return randomly((letter, random) => (random() < share ? (letters.get(letter) ?? letter) : letter));
}

function zip(from: string, to: string): Map<string, string> {
  return new Map(Array.from(from, (letter, at) => [letter, to.charAt(at)]));
}

/** Exchanges one pair of neighbouring letters in twelve. */
function swapLetters(text: string): string {
  const random = seeded(text.length);
  const letters = [...text];
  for (let at = 1; at < letters.length - 2; at += 1) {
    const [first, second] = [letters[at] as string, letters[at + 1] as string];
    if (!/[a-z]/i.test(first) || !/[a-z]/i.test(second) || random() >= 0.08) continue;
    letters[at] = second;
    letters[at + 1] = first;
    at += 1;
  }
  return letters.join('');
}
