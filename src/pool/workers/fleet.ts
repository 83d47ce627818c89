import { availableParallelism } from 'node:os';
import type { CliBinary } from '../folders/cli-binary.ts';
import { isPlain, type Need } from '../schedule/choose.ts';
import { type RecycleReason, recycleReason } from '../schedule/recycle.ts';
import type { WarmKind } from '../schedule/scale.ts';
import { type Slot, Slots } from '../schedule/slots.ts';
import { Emptier } from './emptier.ts';
import { emptyWorker } from './empty.ts';
import { type Furnish, launchWorker, type WorkerSurroundings } from './launch.ts';
import type { GivenAtStart, Lease, Origin } from './lease.ts';
import { clear } from './prime.ts';
import { Reserve } from './reserve.ts';
import type { Worker } from './worker.ts';

export interface FleetEvents {
  jobStarted(origin: Origin): void;
  warmStarted(): void;
  recycled(reason: RecycleReason): void;
}

/** All workers of this process: those that run jobs and those that wait for one. */
export class Fleet {
  readonly #surroundings: WorkerSurroundings;
  readonly #cli: CliBinary;
  readonly #events: FleetEvents;
  /** Gives each worker its uid. */
  readonly #places: Slots;
  /** More starts at once than cores only slow each other down. */
  readonly #starts = new Slots(availableParallelism());
  readonly #closing = new AbortController();
  readonly #emptier = new Emptier();
  readonly #reserve: Reserve;

  constructor(surroundings: WorkerSurroundings, cli: CliBinary, events: FleetEvents) {
    this.#surroundings = surroundings;
    this.#cli = cli;
    this.#events = events;
    const { workers, warm } = surroundings.config.pool;
    this.#places = new Slots(workers + warm.max);
    this.#reserve = new Reserve({
      ...{ surroundings, cli, starts: this.#starts, closing: this.#closing.signal },
      launch: (program, need, signal) => this.#launch(program, need, signal),
      dispose: (worker, reason) => this.dispose(worker, reason),
      onStarted: () => events.warmStarted(),
    });
    this.#reserve.balance();
  }

  /** Workers that wait, for operators. */
  get waiting(): number {
    return this.#reserve.size;
  }

  /**
   * Takes a worker for a job: one that waits where one fits, else a new one.
   * @param given of which a conversation and skills are taken only by one that starts, so that none that waits fits
   * @returns undefined where the signal was aborted first, `cli_missing` where there is no CLI
   * @throws failures of this host such as a full disk
   */
  async take(
    need: Need,
    signal: AbortSignal,
    given: GivenAtStart = {},
  ): Promise<Lease | 'cli_missing' | undefined> {
    const { pool } = this.#surroundings.config;
    const { transcript, skills = [] } = given;
    const takesWaiting = transcript === undefined && skills.length === 0;
    const chosen = takesWaiting ? this.#reserve.choose(need) : undefined;
    const kind: WarmKind = isPlain(need) ? 'plain' : 'unopened';
    // Others have a worker started for them anyway.
    const isUsual =
      need.maxTurns === pool.maxTurns && !need.keepsSession && takesWaiting && !need.hasWorkspace;
    if (isUsual) this.#reserve.jobCame(kind, chosen?.served !== undefined);
    if (chosen !== undefined) {
      this.#reserve.take(chosen);
      const origin =
        chosen.served !== undefined ? 'reused' : chosen.opening === undefined ? 'unopened' : 'plain';
      this.#events.jobStarted(origin);
      return { worker: chosen, origin, started: () => {} };
    }
    const cli = await this.#cli.locate();
    if (cli === undefined) return 'cli_missing';
    let start = await this.#starts.acquire(signal);
    if (start === undefined) return undefined;
    const started = () => start?.release();
    const { furnish } = given;
    // What is put into folders takes a disk's time and not a core's: others start meanwhile.
    const furnishBeside: Furnish | undefined =
      furnish &&
      (async (place) => {
        started();
        await furnish(place);
        start = await this.#starts.acquire(signal);
      });
    try {
      const worker = await this.#launch(cli, need, signal, { ...given, furnish: furnishBeside });
      if (worker === undefined) {
        started();
        return undefined;
      }
      this.#events.jobStarted('cold');
      void worker.ended.then(started);
      return { worker, origin: 'cold', started };
    } catch (error) {
      started();
      throw error;
    }
  }

  /**
   * Looks whether a worker may run another job.
   * @param ended how its job came to its end
   * @returns whether it may; where not, all that ran in it is gone, and only its files are left
   */
  async inspect(worker: Worker, ended: 'well' | 'badly'): Promise<boolean> {
    const { config, sandbox } = this.#surroundings;
    const { reuse, recycle, warm } = config.pool;
    const reason = this.#closing.signal.aborted
      ? 'closing'
      : recycleReason(
          {
            reusable: reuse !== 'never' && warm.max > 0 && sandbox.kind === 'bubblewrap' && !worker.hasSkills,
            ended,
            jobs: worker.jobs,
            ageMs: performance.now() - worker.startedAtMs,
            processes: worker.processes(),
          },
          { jobs: recycle.jobs, ageMs: recycle.age.ms, memoryBytes: recycle.memory.bytes },
        );
    if (reason === undefined) return true;
    this.#events.recycled(reason);
    await worker.kill();
    return false;
  }

  /** Brings a worker back to where it was before its job, for the next; it goes where that fails. */
  async giveBack(worker: Worker): Promise<void> {
    const isCleared = await clear(worker).catch((err: unknown) => {
      this.#surroundings.logger.error({ err }, 'A used worker could not be read');
      return false;
    });
    if (!isCleared) return this.dispose(worker, 'not_cleared');
    if (!(await emptyWorker(worker, this.#emptier))) return this.dispose(worker, 'not_emptied');
    if (this.#closing.signal.aborted) return this.dispose(worker, 'closing');
    this.#reserve.wait(worker);
  }

  /** Takes a worker away with all that it has. What cannot be removed is said, and left to the next start. */
  async dispose(worker: Worker, reason?: RecycleReason): Promise<void> {
    if (reason !== undefined) this.#events.recycled(reason);
    await worker.dispose().catch((err: unknown) => {
      this.#surroundings.logger.error(
        { err },
        "A worker's folder was not removed; the next start will try again",
      );
    });
    this.#reserve.balance();
  }

  /** Starts no more workers in advance. Those that wait stay for the jobs that still come. */
  drain(): void {
    this.#closing.abort();
  }

  /** Takes every waiting worker away. No worker may be with a job any more. */
  async close(): Promise<void> {
    this.drain();
    await this.#reserve.close();
    this.#emptier.close();
  }

  /** @returns undefined where the signal was aborted before there was a place */
  async #launch(
    cli: string,
    { maxTurns, keepsSession }: Pick<Need, 'maxTurns' | 'keepsSession'>,
    signal: AbortSignal,
    { transcript, skills = [], furnish }: GivenAtStart = {},
  ): Promise<Worker | undefined> {
    const place = await this.#place(signal);
    if (place === undefined) return undefined;
    return launchWorker(this.#surroundings, {
      cli,
      slot: place.index,
      release: place.release,
      maxTurns,
      keepsSession,
      skills,
      transcript,
      furnish,
    });
  }

  /** A place for a worker. Where all are taken, one that waits makes room. */
  #place(signal: AbortSignal): Promise<Slot | undefined> {
    const { workers, warm } = this.#surroundings.config.pool;
    if (this.#places.held >= workers + warm.max) this.#reserve.makeRoom();
    return this.#places.acquire(signal);
  }
}
