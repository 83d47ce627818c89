import { randomUUID } from 'node:crypto';
import type { Logger } from '../telemetry/index.ts';
import type { AbortReason } from './attempt.ts';
import { Bell } from './bell.ts';
import type { JobQueue, Lease } from './queue/queue.ts';

/** A job that this process runs. */
export interface HeldJob {
  lease: Lease;
  signal: AbortSignal;
  abort(reason: AbortReason): void;
}

export interface HeldJobsOptions {
  queue: Pick<JobQueue, 'renew'>;
  /** Jobs at once. */
  places: number;
  leaseMs: number;
  logger: Logger;
}

/** Renewals in the time of a lease, and looks at how old the last one is. */
const RENEWALS_PER_LEASE = 4;
const LOOKS_PER_LEASE = 20;
/** Longest that a worker takes to stop what it runs. */
const STOP_MS = 5_000;

/**
 * The jobs that this process runs: prolongs their leases, and ends those whose lease is another's or has not been
 * prolonged for so long that it soon may be. So a process that is cut off has stopped before its job is run elsewhere.
 */
export class HeldJobs {
  readonly #options: HeldJobsOptions;
  readonly #worker = randomUUID();
  readonly #held = new Map<HeldJob, { renewedAt: number }>();
  readonly #dropped = new Bell();
  readonly #timers: NodeJS.Timeout[];
  #renewing = false;
  /** Why all jobs were ended, and so each that is held after that. */
  #endedAll: AbortReason | undefined;

  constructor(options: HeldJobsOptions) {
    this.#options = options;
    const { leaseMs } = options;
    this.#timers = [
      setInterval(() => this.#renewUnlessBusy(), leaseMs / RENEWALS_PER_LEASE),
      setInterval(() => this.#endOverdue(), leaseMs / LOOKS_PER_LEASE),
    ];
    this.#renewUnlessBusy();
  }

  get full(): boolean {
    return this.#held.size >= this.#options.places;
  }

  /** @param askedAt when the lease was asked for, on the monotonic clock: it has run since then at the latest */
  hold(lease: Lease, askedAt: number): HeldJob {
    const controller = new AbortController();
    const job = {
      lease,
      signal: controller.signal,
      abort: (reason: AbortReason) => controller.abort(reason),
    };
    this.#held.set(job, { renewedAt: askedAt });
    if (this.#endedAll !== undefined) job.abort(this.#endedAll);
    return job;
  }

  drop(job: HeldJob): void {
    this.#held.delete(job);
    this.#dropped.ring();
  }

  /** Also those that are held later: one may be on its way from the queue. */
  abortAll(reason: AbortReason): void {
    this.#endedAll = reason;
    for (const job of this.#held.keys()) job.abort(reason);
  }

  /** Resolves when no job is held. */
  async empty(): Promise<void> {
    while (this.#held.size > 0) await this.#dropped.rung();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Those that could be given to another worker before the next look, with the time that it takes to stop them. */
  #endOverdue(): void {
    const { leaseMs } = this.#options;
    const stopMs = Math.min(STOP_MS, leaseMs / RENEWALS_PER_LEASE);
    const longestMs = leaseMs - stopMs - leaseMs / LOOKS_PER_LEASE;
    const now = performance.now();
    for (const [job, { renewedAt }] of this.#held) {
      if (now - renewedAt >= longestMs) job.abort('lock lost');
    }
  }

  #renewUnlessBusy(): void {
    if (this.#renewing) return;
    this.#renewing = true;
    void this.#renew()
      .catch((err: unknown) => this.#options.logger.warn({ err }, 'leases could not be prolonged'))
      .finally(() => {
        this.#renewing = false;
      });
  }

  async #renew(): Promise<void> {
    const { queue, places, leaseMs } = this.#options;
    const jobs = [...this.#held.keys()];
    const startedAt = performance.now();
    const lost = await queue.renew(
      this.#worker,
      places,
      leaseMs,
      jobs.map(({ lease }) => lease),
    );
    for (const job of jobs) {
      const state = this.#held.get(job);
      if (state === undefined) continue;
      if (lost.includes(job.lease.jobId)) job.abort('lock lost');
      else state.renewedAt = startedAt;
    }
  }
}
