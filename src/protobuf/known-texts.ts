interface Known {
  index: number;
  bytes: Buffer;
}

/** A few texts of which a message may have any, such as the names of those headers that matter. */
export class KnownTexts {
  /** At the index of their length in bytes. */
  readonly #byLength: Known[][] = [];

  constructor(texts: readonly string[]) {
    for (const [index, text] of texts.entries()) {
      const bytes = Buffer.from(text);
      const sameLength = this.#byLength[bytes.length] ?? [];
      sameLength.push({ index, bytes });
      this.#byLength[bytes.length] = sameLength;
    }
  }

  /** The index of the one that bytes[from, to) spell; -1 where it is none. Makes no text of them, which costs more than to compare. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const candidates = this.#byLength[to - from];
    if (candidates === undefined) return -1;
    for (const candidate of candidates) {
      if (isAt(bytes, from, candidate.bytes)) return candidate.index;
    }
    return -1;
  }
}

function isAt(bytes: Uint8Array, from: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (bytes[from + index] !== wanted[index]) return false;
  }
  return true;
}
