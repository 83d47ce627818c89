import type { CliBinary } from '../folders/cli-binary.ts';
import { chooseWorker, type Need } from '../schedule/choose.ts';
import { RecentDemand } from '../schedule/recent.ts';
import type { RecycleReason } from '../schedule/recycle.ts';
import { nextWarmKind, type WarmKind, warmTarget } from '../schedule/scale.ts';
import type { Slots } from '../schedule/slots.ts';
import { surplus } from '../schedule/surplus.ts';
import type { WorkerSurroundings } from './launch.ts';
import { prime, untilReady } from './prime.ts';
import type { Worker } from './worker.ts';

/** Resident memory of an idle worker, which shares its program with the others: 85 to 105 MB are its own. */
const WORKER_BYTES = 105 * 2 ** 20;
/** A worker beyond what is needed waits so long for somebody to want it. */
const KEEP_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
/** After a worker that could not be started in advance. */
const RETRY_START_MS = 10_000;

export interface ReserveOptions {
  surroundings: WorkerSurroundings;
  cli: CliBinary;
  /** Places for starts, which jobs that need a start of their own share. */
  starts: Slots;
  /** Aborted once no more are to be started in advance. */
  closing: AbortSignal;
  /** @returns undefined where the signal was aborted first */
  launch(
    cli: string,
    need: Pick<Need, 'maxTurns' | 'keepsSession'>,
    signal: AbortSignal,
  ): Promise<Worker | undefined>;
  dispose(worker: Worker, reason?: RecycleReason): Promise<void>;
  /** One was started in advance and is ready. */
  onStarted(): void;
}

/** Workers that wait for a job: used ones, and as many that are started in advance as are likely to be wanted. */
export class Reserve {
  readonly #surroundings: WorkerSurroundings;
  readonly #cli: CliBinary;
  readonly #starts: Slots;
  readonly #closing: AbortSignal;
  readonly #launch: ReserveOptions['launch'];
  readonly #dispose: ReserveOptions['dispose'];
  readonly #onStarted: () => void;
  readonly #demand = new RecentDemand(() => performance.now());
  readonly #going = new Set<Promise<void>>();
  #waiting: Worker[] = [];
  /** One at a time is started in advance: a job that needs a start of its own does not wait for many. */
  #starting: Promise<void> | undefined;
  #retryAtMs = 0;

  constructor({ surroundings, cli, starts, closing, launch, dispose, onStarted }: ReserveOptions) {
    this.#surroundings = surroundings;
    this.#cli = cli;
    this.#starts = starts;
    this.#closing = closing;
    this.#launch = launch;
    this.#dispose = dispose;
    this.#onStarted = onStarted;
    const timer = setInterval(() => this.balance(), LOOK_EVERY_MS).unref();
    closing.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Which of them would be taken for a job; it stays here until it is taken. */
  choose(need: Need): Worker | undefined {
    return chooseWorker(this.#waiting, need, this.#surroundings.config.pool.reuse);
  }

  /** Takes one that was chosen for its job. */
  take(worker: Worker): void {
    this.#leave(worker);
    this.balance();
  }

  /** Notes a job of which more may come, so that workers are started for them. */
  jobCame(kind: WarmKind, isReused: boolean): void {
    this.#demand.jobCame(kind, isReused);
  }

  /** Has a worker wait for a job. */
  wait(worker: Worker): void {
    worker.idleSinceMs = performance.now();
    this.#waiting.push(worker);
    void worker.ended.then(() => {
      if (this.#leave(worker)) this.retire(worker, 'ended');
    });
    this.balance();
  }

  /** Takes a waiting worker away, beside what goes on. */
  retire(worker: Worker, reason: RecycleReason): void {
    this.#leave(worker);
    const gone = this.#dispose(worker, reason);
    this.#going.add(gone);
    void gone.finally(() => this.#going.delete(gone));
  }

  /** Lets the one go that has waited longest. */
  makeRoom(): void {
    const [longest] = [...this.#waiting].sort((a, b) => a.idleSinceMs - b.idleSinceMs);
    if (longest !== undefined) this.retire(longest, 'surplus');
  }

  /** Takes all of them away, once it is closing. */
  async close(): Promise<void> {
    await this.#starting;
    const waiting = this.#waiting;
    this.#waiting = [];
    await Promise.all([...this.#going, ...waiting.map((worker) => this.#dispose(worker))]);
  }

  /** Lets go what is too much, and starts one in advance where there are too few. */
  balance(): void {
    if (this.#closing.aborted) return;
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
    for (const worker of going) this.retire(worker, 'surplus');
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
        this.balance();
      });
  }

  /** @returns whether it was waiting */
  #leave(worker: Worker): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((other) => other !== worker);
    return this.#waiting.length < before;
  }

  async #startWarm(kind: WarmKind): Promise<void> {
    const { config, logger } = this.#surroundings;
    const signal = this.#closing;
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
      if (signal.aborted) return await this.#dispose(worker);
      const close = () => void worker.kill();
      signal.addEventListener('abort', close, { once: true });
      const ready = kind === 'plain' ? await prime(worker, config.model.name) : await untilReady(worker);
      signal.removeEventListener('abort', close);
      if (signal.aborted) return await this.#dispose(worker);
      if (!ready) {
        this.#retryAtMs = performance.now() + RETRY_START_MS;
        logger.warn({ reason: worker.stderr }, 'A worker that was started in advance did not become ready');
        return await this.#dispose(worker, 'ended');
      }
      this.#demand.workerStarted(performance.now() - startedAtMs);
      this.#onStarted();
      this.wait(worker);
    } finally {
      start.release();
    }
  }
}
