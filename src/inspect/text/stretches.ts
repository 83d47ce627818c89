import { MAX_MARKS } from './marks.ts';
import { MAX_EXPANSION } from './nfkc.ts';

/** Where stretches of a text start that do not depend on each other: in the text as it was, and in the normalised one. */
export interface Starts {
  starts: Int32Array;
  normalisedStarts: Int32Array;
}

export const ONE_STRETCH: Starts = { starts: Int32Array.of(0), normalisedStarts: Int32Array.of(0) };

/** Units that a stretch has, or somewhat more; fewer where it ends because of its marks. */
const STRETCH = 256;

/** Notes where stretches start, while a text is read. */
export class Stretches {
  /** From here on another one may start. */
  end = STRETCH;
  readonly #starts: Int32Array;
  readonly #normalisedStarts: Int32Array;
  #count = 1;

  constructor(length: number) {
    // One starts where there are more marks in a row, and a unit may stand for several.
    const most = Math.ceil((MAX_EXPANSION * length) / MAX_MARKS) + 1;
    this.#starts = new Int32Array(most);
    this.#normalisedStarts = new Int32Array(most);
  }

  /** @returns where it starts once it is normalised */
  begin(start: number, normalisedStart: number): number {
    this.#starts[this.#count] = start;
    this.#normalisedStarts[this.#count] = normalisedStart;
    this.#count += 1;
    this.end = start + STRETCH;
    return normalisedStart;
  }

  places(): Starts {
    return {
      starts: this.#starts.slice(0, this.#count),
      normalisedStarts: this.#normalisedStarts.slice(0, this.#count),
    };
  }
}
