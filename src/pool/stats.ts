import type { RecycleReason } from './schedule/recycle.ts';
import type { FleetEvents } from './workers/fleet.ts';
import type { Origin } from './workers/lease.ts';

/** What the pool does now, and has done since it was opened. */
export interface PoolStats {
  /** Attempts that run or wait for a place to run in. */
  running: number;
  /** Workers that wait for a job. */
  waiting: number;
  /** Jobs by how they came by their worker. */
  jobs: Record<Origin, number>;
  /** Workers that were started in advance and became ready. */
  warmStarts: number;
  /** Workers that went, by reason. */
  recycles: Partial<Record<RecycleReason, number>>;
}

/** Counts what the fleet does. */
export class PoolCounts implements FleetEvents {
  readonly jobs: Record<Origin, number> = { reused: 0, plain: 0, unopened: 0, cold: 0 };
  readonly recycles: Partial<Record<RecycleReason, number>> = {};
  warmStarts = 0;

  jobStarted(origin: Origin): void {
    this.jobs[origin] += 1;
  }

  warmStarted(): void {
    this.warmStarts += 1;
  }

  recycled(reason: RecycleReason): void {
    this.recycles[reason] = (this.recycles[reason] ?? 0) + 1;
  }
}
