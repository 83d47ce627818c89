import { type Decoded, oneUnit, type Span } from './decoder.ts';
import { textOf } from './units.ts';

/** Pieces and units that there is room for at first. */
const MIN_PIECES = 32;
const MIN_UNITS = 256;
/** A loop copies pieces of up to so many units quicker than asking for a part of the text does. */
const MAX_SHORT = 40;
/** Numbers for each piece: where it starts, and from where to where in the source it comes from; the last below 0 for a copy. */
const WIDTH = 3;

/** A text written anew from another, piece by piece; it knows where each piece came from. */
export class Rewriting {
  readonly #source: string;
  #units = new Uint16Array(MIN_UNITS);
  #bytes = Buffer.from(this.#units.buffer);
  #length = 0;
  #pieces = new Int32Array(MIN_PIECES * WIDTH);
  #count = 0;
  #text: string | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  get text(): string {
    this.#text ??= textOf(this.#units.subarray(0, this.#length));
    return this.#text;
  }

  /** Takes over what stands in the source from `start` to before `end`. */
  copy(start: number, end: number): void {
    if (end <= start) return;
    this.#add(end - start, start, -end);
    let to = this.#length;
    if (end - start > MAX_SHORT) {
      this.#bytes.write(this.#source.slice(start, end), 2 * to, 'utf16le');
      this.#length += end - start;
      return;
    }
    const units = this.#units;
    const source = this.#source;
    for (let at = start; at < end; at += 1) units[to++] = source.charCodeAt(at);
    this.#length = to;
  }

  /** Writes a text in the place of what stands in the source from `start` to before `end`. */
  put(text: string, start: number, end: number): void {
    if (text === '') return;
    this.#add(text.length, start, end);
    for (let at = 0; at < text.length; at += 1) this.#units[this.#length + at] = text.charCodeAt(at);
    this.#length += text.length;
  }

  /** What was written, as what a part of the source stands for. */
  decoded(start: number, end: number): Decoded {
    return { text: this.text, start, end, originOf: (position) => this.#originOf(position) };
  }

  #add(length: number, start: number, end: number): void {
    if (this.#length + length > this.#units.length) {
      const units = new Uint16Array(2 * (this.#length + length));
      units.set(this.#units.subarray(0, this.#length));
      this.#units = units;
      this.#bytes = Buffer.from(units.buffer);
    }
    const at = this.#count * WIDTH;
    if (at === this.#pieces.length) {
      const pieces = new Int32Array(4 * at);
      pieces.set(this.#pieces);
      this.#pieces = pieces;
    }
    this.#pieces[at] = this.#length;
    this.#pieces[at + 1] = start;
    this.#pieces[at + 2] = end;
    this.#count += 1;
  }

  #originOf(position: number): Span {
    let low = 0;
    let high = this.#count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#pieces[middle * WIDTH] as number) <= position) low = middle;
      else high = middle;
    }
    if (this.#count === 0) return oneUnit(0);
    const at = low * WIDTH;
    const start = this.#pieces[at + 1] as number;
    const end = this.#pieces[at + 2] as number;
    if (end >= 0) return { start, end };
    return oneUnit(Math.min(start + position - (this.#pieces[at] as number), -end - 1));
  }
}
