const MIN_UNITS = 4_096;

/** A text's UTF-16 units, of which the first `length` count. */
export interface Units {
  readonly units: Uint16Array;
  readonly length: number;
}

/** The UTF-16 units of one text after another, in the same memory: reading them is twice as fast as asking the text for each. */
export class UnitBuffer implements Units {
  /** Those of the last text that was written, and of longer ones before it. */
  units = new Uint16Array(MIN_UNITS);
  /** Of the last text. */
  length = 0;
  #bytes = Buffer.from(this.units.buffer);

  write(text: string): void {
    this.reserve(text.length);
    this.#bytes.write(text, 'utf16le');
    this.length = text.length;
  }

  /** Has room for so many units; those that were written may be lost. */
  reserve(length: number): void {
    if (length <= this.units.length) return;
    this.units = new Uint16Array(2 * length);
    this.#bytes = Buffer.from(this.units.buffer);
  }

  /** Whether the first units are the same as another one's. */
  startsLike(other: UnitBuffer, length: number): boolean {
    return this.#bytes.compare(other.#bytes, 0, 2 * length, 0, 2 * length) === 0;
  }

  /** The units from `start` to before `end` as a text. */
  read(start: number, end: number): string {
    return this.#bytes.toString('utf16le', 2 * start, 2 * end);
  }
}
