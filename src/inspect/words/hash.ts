/** FNV's 32-bit prime: a polynomial hash over it spreads short words well, and two hashes can be joined. */
export const BASE = 0x01000193;
/** Powers that are kept: longer words are rare. */
const MAX_POWER = 256;

export const POWERS = new Int32Array(MAX_POWER);
POWERS[0] = 1;
for (let power = 1; power < MAX_POWER; power += 1) {
  POWERS[power] = Math.imul(POWERS[power - 1] as number, BASE);
}

/** Pseudo-random values of letters, for sums that do not depend on the order. */
export const LETTER_VALUE = new Int32Array(256);
let state = 0x243f6a88;
for (let letter = 0; letter < 256; letter += 1) {
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  state = (Math.imul(state ^ (state >>> 12), 0x297a2d39) + 0x9e3779b9) | 0;
  LETTER_VALUE[letter] = state ^ (state >>> 15);
}

/** The hash of a word that one more letter is appended to; the empty word has 0. */
export function appendLetter(hash: number, letter: number): number {
  return (Math.imul(hash, BASE) + letter) | 0;
}

/** The hash of the last letters of some, by that of those before them and that of all. @param length of the last ones */
export function hashBetween(before: number, all: number, length: number): number {
  return (all - Math.imul(before, powerOf(length))) | 0;
}

function powerOf(length: number): number {
  if (length < MAX_POWER) return POWERS[length] as number;
  const half = powerOf(length >>> 1);
  return Math.imul(Math.imul(half, half), length % 2 === 0 ? 1 : BASE);
}

/** The hash of two words written as one. @param secondLength letters of the second */
export function joinHashes(first: number, second: number, secondLength: number): number {
  return (Math.imul(first, POWERS[Math.min(secondLength, MAX_POWER - 1)] as number) + second) | 0;
}

/** Mixes two hashes into one that depends on their order (constants of MurmurHash3's finaliser). */
export function mix(first: number, second: number): number {
  let hash = Math.imul(first ^ (second + 0x9e3779b9), 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) | 0;
}
