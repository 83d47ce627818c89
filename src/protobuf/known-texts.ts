interface Known<Text> {
  text: Text;
  bytes: Buffer;
}

/** A few texts of which a message may have any, such as the names of those headers that matter. */
export class KnownTexts<Text extends string> {
  /** At the index of their length in bytes. */
  readonly #byLength: Known<Text>[][] = [];

  constructor(texts: readonly Text[]) {
    for (const text of texts) {
      const bytes = Buffer.from(text);
      const sameLength = this.#byLength[bytes.length] ?? [];
      sameLength.push({ text, bytes });
      this.#byLength[bytes.length] = sameLength;
    }
  }

  /** The one that bytes[from, to) spell. Makes no text of them, which costs more than to compare. */
  find(bytes: Uint8Array, from: number, to: number): Text | undefined {
    const candidates = this.#byLength[to - from];
    if (candidates === undefined) return undefined;
    for (const candidate of candidates) {
      if (isAt(bytes, from, candidate.bytes)) return candidate.text;
    }
    return undefined;
  }
}

function isAt(bytes: Uint8Array, from: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (bytes[from + index] !== wanted[index]) return false;
  }
  return true;
}
