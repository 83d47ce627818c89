/** Twice as many as there are compositions, at least; a power of two. */
const SLOTS = 2 ** 11;
const MASK = SLOTS - 1;
/** Of each slot: a character and a mark, as one number, and what they are composed to; 0 where it is free. */
const PAIRS = new Uint32Array(SLOTS);
const COMPOSED = new Uint16Array(SLOTS);
let count = 0;
/** Of each unit that is composed of one character that is not composed and one mark: the character. */
const BASES = new Uint16Array(0x10000);
/** All marks of them. */
export const COMPOSING_MARKS = new Set<number>();

/**
 * Has it known that a character and a mark are composed to another character; all are UTF-16 units.
 * @param isOfTwo whether the character is not composed itself
 */
export function addComposition(character: number, mark: number, composed: number, isOfTwo: boolean): void {
  count += 1;
  if (count > SLOTS / 2)
    throw new RangeError(`more than ${SLOTS / 2} compositions are too many for the table`);
  const slot = slotOf(character, mark);
  PAIRS[slot] = pairOf(character, mark);
  COMPOSED[slot] = composed;
  COMPOSING_MARKS.add(mark);
  if (isOfTwo) BASES[composed] = character;
}

/** What a character and a mark are composed to; 0 where they are not. */
export function composedOf(character: number, mark: number): number {
  return COMPOSED[slotOf(character, mark)] as number;
}

/** Where a pair is, or the free slot where it is looked for last. */
function slotOf(character: number, mark: number): number {
  const pair = pairOf(character, mark);
  let slot = Math.imul(pair, 0x9e3779b1) >>> (32 - Math.log2(SLOTS));
  while (PAIRS[slot] !== 0 && PAIRS[slot] !== pair) slot = (slot + 1) & MASK;
  return slot;
}

function pairOf(character: number, mark: number): number {
  return ((character << 16) | mark) >>> 0;
}

/** Whether a mark stays after a composed character, which stays as well: only known of those that are composed of two. */
export function staysAfter(composed: number, mark: number): boolean {
  const base = BASES[composed] as number;
  return base !== 0 && composedOf(base, mark) === 0 && composedOf(composed, mark) === 0;
}
