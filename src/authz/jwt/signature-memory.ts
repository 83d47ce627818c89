/** Of SHA-256. */
const DIGEST_BYTES = 32;

/**
 * Which key signed a token whose signature was found good, by the token's SHA-256; of the latest tokens, so many. Most tokens of
 * some issuers come only once or twice: of those nothing else is kept, and this lies outside of what V8 has to collect.
 */
export class SignatureMemory {
  /** A ring, of which the oldest is overwritten. */
  readonly #digests: Buffer;
  readonly #fingerprints: string[] = [];
  readonly #capacity: number;
  #next = 0;
  /** At the place that a digest says, or the next free one after it: where it is in the ring, plus one; 0 where it is free. */
  readonly #places: Int32Array;
  readonly #mask: number;
  /** The digest that is looked for, in bytes. */
  readonly #wanted = Buffer.alloc(DIGEST_BYTES);

  constructor(capacity: number) {
    this.#capacity = capacity;
    // Zeros, which take no memory before they are written to.
    this.#digests = Buffer.alloc(capacity * DIGEST_BYTES);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity)));
    this.#mask = this.#places.length - 1;
  }

  get size(): number {
    return this.#fingerprints.length;
  }

  /** @param sha256 of the token, a character for each byte. @returns the fingerprint of the key */
  find(sha256: string): string | undefined {
    this.#wanted.write(sha256, 'latin1');
    const slot = (this.#places[this.#placeOfWanted()] as number) - 1;
    return slot < 0 ? undefined : this.#fingerprints[slot];
  }

  add(sha256: string, fingerprint: string): void {
    this.#wanted.write(sha256, 'latin1');
    const known = this.#places[this.#placeOfWanted()] as number;
    const slot = known === 0 ? this.#oldest() : known - 1;
    this.#fingerprints[slot] = fingerprint;
    if (known !== 0) return;
    this.#wanted.copy(this.#digests, slot * DIGEST_BYTES);
    this.#places[this.#placeOfWanted()] = slot + 1;
  }

  /** A place in the ring that nobody has any more. */
  #oldest(): number {
    const slot = this.#next;
    this.#next = slot + 1 === this.#capacity ? 0 : slot + 1;
    if (slot < this.#fingerprints.length) this.#forget(slot);
    return slot;
  }

  /** Where the wanted digest is said to be, or is to be said. */
  #placeOfWanted(): number {
    let place = this.#wanted.readUInt32LE(0) & this.#mask;
    while (this.#places[place] !== 0 && !this.#isWanted((this.#places[place] as number) - 1)) {
      place = (place + 1) & this.#mask;
    }
    return place;
  }

  #isWanted(slot: number): boolean {
    const start = slot * DIGEST_BYTES;
    return this.#wanted.compare(this.#digests, start, start + DIGEST_BYTES) === 0;
  }

  #homeOf(slot: number): number {
    return this.#digests.readUInt32LE(slot * DIGEST_BYTES) & this.#mask;
  }

  /** Frees the place of a digest, and moves those up that stand after it only because theirs was taken. */
  #forget(slot: number): void {
    let free = this.#homeOf(slot);
    while (this.#places[free] !== slot + 1) free = (free + 1) & this.#mask;
    for (let place = (free + 1) & this.#mask; this.#places[place] !== 0; place = (place + 1) & this.#mask) {
      const home = this.#homeOf((this.#places[place] as number) - 1);
      if (((place - home) & this.#mask) < ((place - free) & this.#mask)) continue;
      this.#places[free] = this.#places[place] as number;
      free = place;
    }
    this.#places[free] = 0;
  }
}
