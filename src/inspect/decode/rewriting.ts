import { type Decoded, oneUnit, type Span } from './decoder.ts';

/** A text written anew from another, piece by piece; it knows where each piece came from. */
export class Rewriting {
  readonly #source: string;
  #text = '';
  /** Of each piece: where it starts, and where in the source it comes from. */
  readonly #starts: number[] = [];
  readonly #origins: Span[] = [];
  /** Whether it is what stands in the source, unit by unit. */
  readonly #areCopies: boolean[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  get text(): string {
    return this.#text;
  }

  /** Takes over what stands in the source from `start` to before `end`. */
  copy(start: number, end: number): void {
    if (end > start) this.#add(this.#source.slice(start, end), { start, end }, true);
  }

  /** Writes a text in the place of what stands in the source from `start` to before `end`. */
  put(text: string, start: number, end: number): void {
    if (text !== '') this.#add(text, { start, end }, false);
  }

  /** What was written, as what a part of the source stands for. */
  decoded(start: number, end: number): Decoded {
    return { text: this.#text, start, end, originOf: (position) => this.#originOf(position) };
  }

  #add(text: string, origin: Span, isCopy: boolean): void {
    this.#starts.push(this.#text.length);
    this.#origins.push(origin);
    this.#areCopies.push(isCopy);
    this.#text += text;
  }

  #originOf(position: number): Span {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle;
    }
    const origin = this.#origins[low] ?? oneUnit(0);
    if (this.#areCopies[low] !== true) return origin;
    return oneUnit(Math.min(origin.start + position - (this.#starts[low] as number), origin.end - 1));
  }
}
