/** As many times as `burst` at once, and `perSecond` on and on. */
export interface Allowance {
  burst: number;
  perSecond: number;
}

/**
 * How often something may happen that no well-behaved peer does often. What a peer earns by calls that it waits for does
 * not go beyond the burst.
 */
export class Budget {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #lastMs = 0;

  constructor({ burst, perSecond }: Allowance) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
  }

  /** @returns whether it was there */
  spend(nowMs: number): boolean {
    const earned = ((nowMs - this.#lastMs) / 1000) * this.#perSecond;
    this.#lastMs = nowMs;
    this.#left = Math.min(this.#burst, this.#left + earned) - 1;
    return this.#left >= 0;
  }

  earn(times: number): void {
    this.#left = Math.min(this.#burst, this.#left + times);
  }
}
