/**
 * Follows a counter of a process that may begin anew: what it had counted before stays in the total, as in Prometheus's
 * increase(). What was counted before it was followed does not look like new.
 */
export class GrowingTotal {
  #last: number | undefined;
  #total = 0;

  /** @param startsAtZero whether the process has begun since, so that all that it counted is new */
  constructor(startsAtZero: boolean) {
    this.#last = startsAtZero ? 0 : undefined;
  }

  get total(): number {
    return this.#total;
  }

  add(value: number): void {
    const last = this.#last ?? value;
    this.#total += value >= last ? value - last : value;
    this.#last = value;
  }
}
