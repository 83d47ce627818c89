import type { Decoded } from './decoder.ts';

/** A text written anew from another, piece by piece; it knows where each piece came from. */
export class Rewriting {
  readonly #source: string;
  #text = '';
  /** Of each piece: where it starts, where in the source it comes from, and how long it is there. */
  readonly #starts: number[] = [];
  readonly #origins: number[] = [];
  readonly #lengths: number[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  get text(): string {
    return this.#text;
  }

  /** Takes over what stands in the source from `from` to before `to`. */
  copy(from: number, to: number): void {
    if (to > from) this.#add(this.#source.slice(from, to), from, to - from);
  }

  /** Writes a text in the place of what stands in the source from `from` on. */
  put(text: string, from: number): void {
    if (text !== '') this.#add(text, from, 1);
  }

  /** @param start of what was rewritten in the source @param end after it */
  decoded(start: number, end: number): Decoded {
    return { text: this.#text, start, end, originOf: (position) => this.#originOf(position) };
  }

  #add(text: string, origin: number, length: number): void {
    this.#starts.push(this.#text.length);
    this.#origins.push(origin);
    this.#lengths.push(length);
    this.#text += text;
  }

  #originOf(position: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle;
    }
    const within = Math.min(position - (this.#starts[low] ?? 0), (this.#lengths[low] ?? 1) - 1);
    return (this.#origins[low] ?? 0) + Math.max(within, 0);
  }
}
