import type { WarmKind } from './scale.ts';

/** Jobs that are remembered for the window; more than that in it tell nothing new. */
const MAX_REMEMBERED = 1_000;

/** Which workers jobs asked for of late, and how long workers take to start. */
export class RecentDemand {
  readonly windowMs = 10_000;
  readonly #now: () => number;
  #jobs: { atMs: number; kind: WarmKind; reused: boolean }[] = [];
  #startMs = 1_000;

  /** @param now in milliseconds, from any start */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param reused whether a worker of its client's could be used again, so that it needed no other */
  jobCame(kind: WarmKind, reused: boolean): void {
    this.#jobs.push({ atMs: this.#now(), kind, reused });
    if (this.#jobs.length > MAX_REMEMBERED) this.#jobs.shift();
  }

  workerStarted(tookMs: number): void {
    this.#startMs = (this.#startMs + tookMs) / 2;
  }

  /** Milliseconds that a worker takes until it is ready, the latest counting most. */
  get startMs(): number {
    return this.#startMs;
  }

  /** Jobs of the window that needed a worker which had run nobody's, by kind. */
  counts(): Record<WarmKind, number> {
    const from = this.#now() - this.windowMs;
    this.#jobs = this.#jobs.filter(({ atMs }) => atMs >= from);
    const counts = { plain: 0, unopened: 0 };
    for (const { kind, reused } of this.#jobs) if (!reused) counts[kind] += 1;
    return counts;
  }
}
