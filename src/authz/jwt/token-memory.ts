import { randomBytes } from 'node:crypto';

/** Of SHA-256, in words of 32 bits. */
const DIGEST_WORDS = 8;
/** The lowest bits of a product say little of its factors. */
const LOW_BITS = 7;

/**
 * What is known of tokens, by their SHA-256. It holds so many; a new one takes the place of one that was not asked for since
 * the last look at it (CLOCK: Corbató, A Paging Experiment with the Multics System, 1968), so that tokens which come once push
 * out each other. Digests lie outside of what V8 collects, and none of them becomes a key of a Map: V8 makes such a text
 * unique, in a table that it has to clean up, and that took 0.7 µs for each token that was not there.
 */
export class TokenMemory<Value> {
  readonly #capacity: number;
  /** At each slot a digest. */
  readonly #digests: Int32Array;
  /** At its slot; undefined where it was forgotten. */
  readonly #values: (Value | undefined)[] = [];
  /** Whether it was asked for since the hand passed. */
  readonly #isUsed: Uint8Array;
  #hand = 0;
  #size = 0;
  /** At the place that a digest has, or the next free one after it: its slot, plus one; 0 where it is free. */
  readonly #places: Int32Array;
  readonly #mask: number;
  /** Who sends tokens must not be able to choose some that have one place. */
  readonly #firstFactor = randomBytes(4).readInt32LE() | 1;
  readonly #secondFactor = randomBytes(4).readInt32LE() | 1;
  /** The digest that is looked for. */
  readonly #wanted = new Int32Array(DIGEST_WORDS);
  readonly #wantedBytes = Buffer.from(this.#wanted.buffer);

  constructor(capacity: number) {
    this.#capacity = capacity;
    // Zeros, which take no memory before they are written to.
    this.#digests = new Int32Array(capacity * DIGEST_WORDS);
    this.#isUsed = new Uint8Array(capacity);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity)));
    this.#mask = this.#places.length - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** @param sha256 of the token, a character for each byte */
  find(sha256: string): Value | undefined {
    const slot = this.#slotOf(sha256);
    if (slot < 0) return undefined;
    this.#isUsed[slot] = 1;
    return this.#values[slot];
  }

  set(sha256: string, value: Value): void {
    let slot = this.#slotOf(sha256);
    if (slot < 0) {
      slot = this.#freeSlot();
      this.#digests.set(this.#wanted, slot * DIGEST_WORDS);
      this.#places[this.#placeOfWanted()] = slot + 1;
      this.#isUsed[slot] = 0;
    }
    if (this.#values[slot] === undefined) this.#size += 1;
    this.#values[slot] = value;
  }

  /** Its slot stays its own until the hand comes. */
  delete(sha256: string): void {
    const slot = this.#slotOf(sha256);
    if (slot < 0 || this.#values[slot] === undefined) return;
    this.#values[slot] = undefined;
    this.#isUsed[slot] = 0;
    this.#size -= 1;
  }

  /** @returns -1 where it has none */
  #slotOf(sha256: string): number {
    this.#wantedBytes.write(sha256, 'latin1');
    return (this.#places[this.#placeOfWanted()] as number) - 1;
  }

  /** A slot for a new digest: one that was never used, or that of a token which has to make room. */
  #freeSlot(): number {
    if (this.#values.length < this.#capacity) return this.#values.push(undefined) - 1;
    while (this.#isUsed[this.#hand] === 1) {
      this.#isUsed[this.#hand] = 0;
      this.#moveHand();
    }
    const slot = this.#hand;
    this.#moveHand();
    this.#removePlace(slot);
    if (this.#values[slot] !== undefined) this.#size -= 1;
    this.#values[slot] = undefined;
    return slot;
  }

  #moveHand(): void {
    this.#hand = this.#hand + 1 === this.#capacity ? 0 : this.#hand + 1;
  }

  /** Where the wanted digest is said to be, or is to be said. */
  #placeOfWanted(): number {
    let place = this.#homeOf(this.#wanted, 0);
    while (this.#places[place] !== 0 && !this.#isWanted((this.#places[place] as number) - 1)) {
      place = (place + 1) & this.#mask;
    }
    return place;
  }

  #isWanted(slot: number): boolean {
    const start = slot * DIGEST_WORDS;
    for (let word = 0; word < DIGEST_WORDS; word += 1) {
      if (this.#digests[start + word] !== this.#wanted[word]) return false;
    }
    return true;
  }

  /** The place that a digest would have if it were the only one (multilinear hashing). */
  #homeOf(digests: Int32Array, start: number): number {
    const first = Math.imul(digests[start] as number, this.#firstFactor);
    const second = Math.imul(digests[start + 1] as number, this.#secondFactor);
    return ((first + second) >>> LOW_BITS) & this.#mask;
  }

  /** Frees the place of a slot, and moves those up that stand after it only because theirs was taken. */
  #removePlace(slot: number): void {
    let free = this.#homeOf(this.#digests, slot * DIGEST_WORDS);
    while (this.#places[free] !== slot + 1) free = (free + 1) & this.#mask;
    for (let place = (free + 1) & this.#mask; this.#places[place] !== 0; place = (place + 1) & this.#mask) {
      const home = this.#homeOf(this.#digests, ((this.#places[place] as number) - 1) * DIGEST_WORDS);
      if (((place - home) & this.#mask) < ((place - free) & this.#mask)) continue;
      this.#places[free] = this.#places[place] as number;
      free = place;
    }
    this.#places[free] = 0;
  }
}
