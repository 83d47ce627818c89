import { GrowingTotal } from './growing-total.ts';
import { type CounterName, type GaugeName, type Reading, TOGETHER } from './reading.ts';
import { TimeSeries } from './time-series.ts';

export interface MeasurementsOptions {
  /** From when on what is counted is new: when this process began. Milliseconds since the epoch. */
  sinceMs: number;
  /** How far apart what is remembered lies. */
  stepMs: number;
  /** How far back it goes. */
  keepMs: number;
}

/** By how much a counter grew. */
export interface Increase {
  amount: number;
  /** Over which time: less than was asked for where it is not followed for so long. */
  overMs: number;
}

/** Of all processes together; what is named beyond is not followed. */
const MAX_TOTALS = 5_000;
const MAX_COUNTERS = 200;
/** Processes that start together, and clocks of two hosts, differ by less. */
const START_TOLERANCE_MS = 10_000;

/** What was read of all parts: the newest values, and as far back as is kept what counters had counted. */
export class Measurements {
  readonly #stepMs: number;
  readonly #steps: number;
  readonly #times: TimeSeries;
  /** By process and counter. */
  readonly #totals = new Map<string, GrowingTotal>();
  readonly #past = new Map<CounterName, TimeSeries>();
  #step = -1;
  #nowMs = 0;
  readonly #sinceMs: number;
  /** Of the newest reading alone: what a part that is away had said is not known any more. */
  #counters = new Map<CounterName, number>();
  #gauges = new Map<GaugeName, number>();

  constructor({ sinceMs, stepMs, keepMs }: MeasurementsOptions) {
    this.#sinceMs = sinceMs;
    this.#stepMs = stepMs;
    this.#steps = Math.ceil(keepMs / stepMs) + 1;
    this.#times = new TimeSeries(this.#steps);
  }

  /**
   * @param readings of the processes that answered
   * @param nowMs since the epoch, of a clock that never steps back
   */
  take(readings: readonly Reading[], nowMs: number): void {
    this.#beginStep(Math.floor(nowMs / this.#stepMs));
    this.#nowMs = nowMs;
    this.#gauges = gaugesOf(readings);
    for (const reading of readings) this.#count(reading);
    this.#counters = new Map();
    for (const name of new Set(readings.flatMap(({ counters }) => [...counters.keys()]))) {
      const total = this.#totalOf(name);
      this.#counters.set(name, total);
      this.#pastOf(name)?.set(this.#step, total);
    }
    this.#times.set(this.#step, nowMs);
  }

  gauge(name: GaugeName): number | undefined {
    return this.#gauges.get(name);
  }

  countersOf(prefix: string): CounterName[] {
    return [...this.#counters.keys()].filter((name) => name.startsWith(prefix));
  }

  /** @returns undefined where the counter is not known now, or nothing is to compare it with */
  increase(name: CounterName, windowMs: number): Increase | undefined {
    const now = this.#counters.get(name);
    const past = this.#past.get(name);
    if (now === undefined || past === undefined) return undefined;
    const ageMs = this.#nowMs - this.#sinceMs;
    // All totals began at zero.
    if (ageMs <= windowMs) return ageMs > 0 ? { amount: now, overMs: ageMs } : undefined;
    const oldest = this.#step - Math.min(Math.round(windowMs / this.#stepMs), this.#steps - 1);
    for (let step = oldest; step < this.#step; step += 1) {
      const [total, timeMs] = [past.at(step), this.#times.at(step)];
      if (total !== undefined && timeMs !== undefined) {
        return { amount: now - total, overMs: this.#nowMs - timeMs };
      }
    }
    return undefined;
  }

  /** How often a second. */
  rate(name: CounterName, windowMs: number): number | undefined {
    const increase = this.increase(name, windowMs);
    return increase && (increase.amount * 1000) / increase.overMs;
  }

  #count({ instance, startedAtMs = 0, counters }: Reading): void {
    // What has begun since counts from zero.
    const isNew = startedAtMs >= this.#sinceMs - START_TOLERANCE_MS;
    for (const [name, value] of counters) {
      const key = `${name} ${instance}`;
      const known = this.#totals.get(key);
      if (known === undefined && this.#totals.size >= MAX_TOTALS) continue;
      const total = known ?? new GrowingTotal(isNew);
      total.add(value);
      this.#totals.set(key, total);
    }
  }

  #totalOf(name: CounterName): number {
    let sum = 0;
    for (const [key, { total }] of this.#totals) if (key.startsWith(`${name} `)) sum += total;
    return sum;
  }

  #pastOf(name: CounterName): TimeSeries | undefined {
    const known = this.#past.get(name);
    if (known !== undefined || this.#past.size >= MAX_COUNTERS) return known;
    const begun = new TimeSeries(this.#steps);
    this.#past.set(name, begun);
    return begun;
  }

  /** Between two readings there may be steps in which nothing was read. */
  #beginStep(step: number): void {
    const first = Math.max(this.#step + 1, step - this.#steps + 1);
    for (let cleared = first; cleared <= step; cleared += 1) {
      this.#times.set(cleared, undefined);
      for (const past of this.#past.values()) past.set(cleared, undefined);
    }
    this.#step = step;
  }
}

function gaugesOf(readings: readonly Reading[]): Map<GaugeName, number> {
  const gauges = new Map<GaugeName, number>();
  for (const [name, value] of readings.flatMap((reading) => [...reading.gauges])) {
    const known = gauges.get(name);
    const together = TOGETHER[name] ?? ((one, other) => one + other);
    gauges.set(name, known === undefined ? value : together(known, value));
  }
  return gauges;
}
