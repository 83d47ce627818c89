/** A value at each step of the time that is remembered, in one block of memory that is never larger. */
export class TimeSeries {
  readonly #values: Float64Array;

  constructor(steps: number) {
    this.#values = new Float64Array(steps).fill(Number.NaN);
  }

  /** @param step counted from 0 for ever; steps that are left out have to be cleared by set(step, undefined) */
  set(step: number, value: number | undefined): void {
    this.#values[step % this.#values.length] = value ?? Number.NaN;
  }

  /** @returns undefined where it is not known */
  at(step: number): number | undefined {
    if (step < 0) return undefined;
    const value = this.#values[step % this.#values.length];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }
}
