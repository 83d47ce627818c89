import { availableParallelism } from 'node:os';
import type { Skill } from '../../skills/index.ts';
import type { CliBinary } from '../folders/cli-binary.ts';
import { chooseWorker, isPlain, type Need } from '../schedule/choose.ts';
import { RecentDemand } from '../schedule/recent.ts';
import { type RecycleReason, recycleReason } from '../schedule/recycle.ts';
import { nextWarmKind, type WarmKind, warmTarget } from '../schedule/scale.ts';
import { type Slot, Slots } from '../schedule/slots.ts';
import { surplus } from '../schedule/surplus.ts';
import type { Transcript } from '../session/transcript.ts';
import { Emptier } from './emptier.ts';
import { emptyWorker } from './empty.ts';
import { type Furnish, launchWorker, type WorkerSurroundings } from './launch.ts';
import { clear, prime, untilReady } from './prime.ts';
import type { Worker } from './worker.ts';

/** Resident memory of an idle worker, which shares its program with the others: 85 to 105 MB are its own. */
const WORKER_BYTES = 105 * 2 ** 20;
/** A worker beyond what is needed waits so long for somebody to want it. */
const KEEP_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
/** After a worker that could not be started in advance. */
const RETRY_START_MS = 10_000;

/** How a job came by its worker. */
export type Origin = 'reused' | WarmKind | 'cold';

/** A worker that is one job's alone. */
export interface Lease {
  worker: Worker;
  origin: Origin;
  /** To be called once the worker has begun to speak, so that the next can be started. */
  started(): void;
}

/** What a worker is given before it is started. */
export interface GivenAtStart {
  /** The conversation that it is to continue. */
  transcript?: Transcript | undefined;
  skills?: readonly Skill[];
  /** Puts things into the folders of one that starts. For one that has waited its taker does that. */
  furnish?: Furnish | undefined;
}

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
  readonly #demand = new RecentDemand(() => performance.now());
  readonly #closing = new AbortController();
  readonly #emptier = new Emptier();
  readonly #going = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #waiting: Worker[] = [];
  /** One at a time is started in advance: a job that needs a start of its own does not wait for many. */
  #starting: Promise<void> | undefined;
  #retryAtMs = 0;

  constructor(surroundings: WorkerSurroundings, cli: CliBinary, events: FleetEvents) {
    this.#surroundings = surroundings;
    this.#cli = cli;
    this.#events = events;
    const { workers, warm } = surroundings.config.pool;
    this.#places = new Slots(workers + warm.max);
    this.#timer = setInterval(() => this.#balance(), LOOK_EVERY_MS).unref();
    this.#balance();
  }

  /** Workers that wait, for operators. */
  get waiting(): number {
    return this.#waiting.length;
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
    const chosen = takesWaiting ? chooseWorker(this.#waiting, need, pool.reuse) : undefined;
    const kind: WarmKind = isPlain(need) ? 'plain' : 'unopened';
    // Others have a worker started for them anyway.
    const isUsual =
      need.maxTurns === pool.maxTurns && !need.keepsSession && takesWaiting && !need.hasWorkspace;
    if (isUsual) this.#demand.jobCame(kind, chosen?.served !== undefined);
    if (chosen !== undefined) {
      this.#waiting = this.#waiting.filter((worker) => worker !== chosen);
      this.#balance();
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
    this.#wait(worker);
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
    this.#balance();
  }

  /** Starts no more workers in advance. Those that wait stay for the jobs that still come. */
  drain(): void {
    this.#closing.abort();
    clearInterval(this.#timer);
  }

  /** Takes every waiting worker away. No worker may be with a job any more. */
  async close(): Promise<void> {
    this.drain();
    await this.#starting;
    const waiting = this.#waiting;
    this.#waiting = [];
    await Promise.all([...this.#going, ...waiting.map((worker) => this.dispose(worker))]);
    this.#emptier.close();
  }

  #wait(worker: Worker): void {
    worker.idleSinceMs = performance.now();
    this.#waiting.push(worker);
    void worker.ended.then(() => {
      if (this.#leave(worker)) this.#retire(worker, 'ended');
    });
    this.#balance();
  }

  /** @returns whether it was waiting */
  #leave(worker: Worker): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((other) => other !== worker);
    return this.#waiting.length < before;
  }

  #retire(worker: Worker, reason: RecycleReason): void {
    this.#leave(worker);
    const gone = this.dispose(worker, reason);
    this.#going.add(gone);
    void gone.finally(() => this.#going.delete(gone));
  }

  /** Lets go what is too much, and starts one in advance where there are too few. */
  #balance(): void {
    if (this.#closing.signal.aborted) return;
    const { config } = this.#surroundings;
    const { warm, recycle } = config.pool;
    const recent = this.#demand.counts();
    const fresh = this.#waiting.filter(({ served }) => served === undefined);
    const target = warmTarget({
      min: warm.min,
      max: warm.max,
      recentJobs: recent.plain + recent.unopened,
      windowMs: this.#demand.windowMs,
      startMs: this.#demand.startMs,
      availableBytes: process.availableMemory(),
      spareBytes: warm.spareMemory.bytes,
      workerBytes: WORKER_BYTES,
      waiting: fresh.length,
    });
    const going = surplus(this.#waiting, {
      max: warm.max,
      target,
      keepMs: KEEP_MS,
      ageMs: recycle.age.ms,
      nowMs: performance.now(),
    });
    for (const worker of going) this.#retire(worker, 'surplus');
    const isDue = performance.now() >= this.#retryAtMs;
    if (this.#starting !== undefined || fresh.length >= target || !isDue) return;
    const unopened = fresh.filter(({ opening }) => opening === undefined).length;
    const kind = nextWarmKind(target, { plain: fresh.length - unopened, unopened }, recent);
    this.#starting = this.#startWarm(kind)
      .catch((err: unknown) => {
        this.#retryAtMs = performance.now() + RETRY_START_MS;
        this.#surroundings.logger.error({ err }, 'No worker could be started in advance');
      })
      .finally(() => {
        this.#starting = undefined;
        this.#balance();
      });
  }

  async #startWarm(kind: WarmKind): Promise<void> {
    const { config, logger } = this.#surroundings;
    const signal = this.#closing.signal;
    const cli = await this.#cli.locate();
    if (cli === undefined) {
      this.#retryAtMs = performance.now() + RETRY_START_MS;
      return;
    }
    const start = await this.#starts.acquire(signal);
    if (start === undefined) return;
    try {
      const startedAtMs = performance.now();
      const worker = await this.#launch(cli, { maxTurns: config.pool.maxTurns, keepsSession: false }, signal);
      if (worker === undefined) return;
      if (signal.aborted) return await this.dispose(worker);
      const close = () => void worker.kill();
      signal.addEventListener('abort', close, { once: true });
      const ready = kind === 'plain' ? await prime(worker, config.model.name) : await untilReady(worker);
      signal.removeEventListener('abort', close);
      if (signal.aborted) return await this.dispose(worker);
      if (!ready) {
        this.#retryAtMs = performance.now() + RETRY_START_MS;
        logger.warn({ reason: worker.stderr }, 'A worker that was started in advance did not become ready');
        return await this.dispose(worker, 'ended');
      }
      this.#demand.workerStarted(performance.now() - startedAtMs);
      this.#events.warmStarted();
      this.#wait(worker);
    } finally {
      start.release();
    }
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
    const [longest] = [...this.#waiting].sort((a, b) => a.idleSinceMs - b.idleSinceMs);
    if (this.#places.held >= workers + warm.max && longest !== undefined) this.#retire(longest, 'surplus');
    return this.#places.acquire(signal);
  }
}
