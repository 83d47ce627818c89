import type { Config } from '../config/index.ts';
import { type ExecutionFacts, ROLE_NAMES } from '../serve/index.ts';
import type { ChildSpec } from './child-process.ts';
import { drainEnvoy } from './envoy-drain.ts';
import { rotateLog } from './log-file.ts';
import { SupervisedChild, type Supervision } from './supervised-child.ts';

/** The longest that a child may be silent when it starts; a busy machine needs many times the usual second. */
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 10_000;
/** A role cuts what still runs after its own grace; this comes on top, for closing connections. */
const WORKER_MARGIN_MS = 10_000;
/** The api ends its waits when envoy.drainTimeout is over; this is for their answers to get out. */
const ANSWER_MARGIN_MS = 2_000;
/** With appendonly it has nothing left to save but its buffer. */
const QUICK_REDIS_GRACE_MS = 2_000;

/** From the door inwards: each one's callers are gone when it stops. */
const STOP_ORDER = ['envoy', ...ROLE_NAMES, 'jaeger', 'redis'];

/** Everything that `up` runs. */
export class Installation {
  readonly #children = new Map<string, SupervisedChild>();
  readonly #supervision: Supervision;
  #stopping = false;

  constructor(supervision: Supervision) {
    this.#supervision = supervision;
  }

  /**
   * @returns what the child said of itself
   * @throws StartError child_failed
   */
  async start(spec: ChildSpec): Promise<ExecutionFacts> {
    if (this.#stopping) throw new Error(`${spec.name} is not started any more`);
    const child = new SupervisedChild(spec, this.#supervision);
    this.#children.set(spec.name, child);
    return child.start(START_TIMEOUT_MS);
  }

  /** Keeps the logs from growing without bound; to be called from time to time. */
  rotateLogs(maxBytes: number): void {
    for (const { logFile } of this.#children.values()) {
      try {
        rotateLog(logFile, maxBytes);
      } catch {
        // A full disk, or a folder that somebody removed: the next call tries again.
      }
    }
  }

  pid(name: string): number | undefined {
    return this.#children.get(name)?.pid;
  }

  /**
   * Lets requests and jobs in flight finish, then ends everything in order. Streams end at once: their clients take
   * them up again with Last-Event-ID.
   * @param quick aborted when there is no more time
   */
  async drain(config: Config, quick: AbortSignal): Promise<void> {
    this.#stopping = true;
    if (this.pid('envoy') !== undefined) {
      this.#children.get('api')?.tell({ type: 'draining' });
      const timeoutMs = config.envoy.drainTimeout.ms + ANSWER_MARGIN_MS;
      const cut = await drainEnvoy(config.listen.envoyAdmin, timeoutMs, quick);
      if (cut > 0) this.#supervision.say(`Requests still in flight, and cut: ${cut}.`);
    }
    await this.#stopInOrder(config.pool.drainTimeout.ms + WORKER_MARGIN_MS, quick);
  }

  /** Ends what was started of an installation that never served. */
  async abandon(quick: AbortSignal): Promise<void> {
    this.#stopping = true;
    await this.#stopInOrder(STOP_GRACE_MS, quick);
  }

  async #stopInOrder(workerGraceMs: number, quick: AbortSignal): Promise<void> {
    const redis = this.#children.get('redis');
    for (const name of STOP_ORDER) {
      const child = this.#children.get(name);
      if (child === undefined || child === redis) continue;
      await child.stop(name === 'worker' ? workerGraceMs : STOP_GRACE_MS, quick);
    }
    const never = new AbortController().signal;
    await redis?.stop(quick.aborted ? QUICK_REDIS_GRACE_MS : STOP_GRACE_MS, never);
  }
}
