import { TimeSeries } from '../collect/time-series.ts';
import type { Figures, History, SeriesName } from '../contract.ts';

const KEEP_MS = 3_600_000;

/** The figures of the last hour, one value of each for each step. */
export class FigureHistory {
  readonly #stepMs: number;
  readonly #steps: number;
  readonly #series = new Map<SeriesName, TimeSeries>();
  #first: number | undefined;
  #last = -1;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
    this.#steps = KEEP_MS / stepMs;
  }

  /** The last that is taken within a step stands for it. @param nowMs since the epoch */
  take(figures: Figures, nowMs: number): void {
    const step = Math.floor(nowMs / this.#stepMs);
    this.#first ??= step;
    for (const [name, figure] of Object.entries(figures) as [SeriesName, number | null][]) {
      const series = this.#seriesOf(name);
      // Steps in which nothing was taken, and those before a clock that was set.
      const missed = Math.max(this.#last + 1, step - this.#steps + 1);
      for (let cleared = missed; cleared < step; cleared += 1) series.set(cleared, undefined);
      series.set(step, figure ?? undefined);
    }
    this.#last = step;
  }

  /** @param minutes how far back; less where it has not been followed for so long */
  of(names: readonly SeriesName[], minutes: number): History {
    const wanted = Math.min(this.#steps, (minutes * 60_000) / this.#stepMs);
    const from = Math.max(this.#last - wanted + 1, this.#first ?? 0);
    const steps = Array.from({ length: Math.max(0, this.#last - from + 1) }, (_, index) => from + index);
    return {
      from: new Date(Math.max(0, from) * this.#stepMs).toISOString(),
      stepMs: this.#stepMs,
      series: Object.fromEntries(
        names.map((name) => [name, steps.map((step) => this.#series.get(name)?.at(step) ?? null)]),
      ),
    };
  }

  #seriesOf(name: SeriesName): TimeSeries {
    const known = this.#series.get(name) ?? new TimeSeries(this.#steps);
    this.#series.set(name, known);
    return known;
  }
}
