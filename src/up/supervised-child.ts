import { setTimeout as delay } from 'node:timers/promises';
import {
  type ExecutionFacts,
  HEALTHY_AFTER_MS,
  restartDelayMs,
  type SupervisorMessage,
} from '../serve/index.ts';
import { type ChildSpec, describeExit, type RunningChild, startChild } from './child-process.ts';
import { untilReady } from './readiness.ts';
import { StartError } from './start-error.ts';

/** For one that did not become ready. */
const FAILED_START_GRACE_MS = 2_000;

export interface Supervision {
  /** One line for the person at the terminal. */
  say(line: string): void;
  /** Called when the child has a new process or none. */
  onPid(name: string, pid: number | undefined): void;
}

/** A child that is started again, after a wait that grows, whenever it ends by itself. */
export class SupervisedChild {
  readonly name: string;
  readonly logFile: string;
  readonly #spec: ChildSpec;
  readonly #supervision: Supervision;
  readonly #stopping = new AbortController();
  #running: RunningChild | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(spec: ChildSpec, supervision: Supervision) {
    this.name = spec.name;
    this.logFile = spec.logFile;
    this.#spec = spec;
    this.#supervision = supervision;
  }

  /** Undefined while none runs. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  tell(message: SupervisorMessage): void {
    this.#running?.tell(message);
  }

  /**
   * Starts it and waits until it is ready; from then on it is kept running.
   * @param timeoutMs the longest that it may be silent, here and at every later start
   * @returns what it said of itself
   * @throws StartError child_failed when its first process does not become ready; that process is ended
   */
  async start(timeoutMs: number): Promise<ExecutionFacts> {
    const first = this.#startProcess();
    let facts: ExecutionFacts;
    try {
      facts = await untilReady(this.#spec, first, timeoutMs, this.#stopping.signal);
    } catch (error) {
      await this.#end(first, FAILED_START_GRACE_MS);
      throw error;
    }
    this.#ended = this.#keepRunning(first, timeoutMs);
    return facts;
  }

  /**
   * Ends it for good: SIGTERM, and SIGKILL after graceMs. Also while it waits to be started again.
   * @param quick aborted when the grace is to be cut short
   */
  async stop(graceMs: number, quick: AbortSignal): Promise<void> {
    this.#stopping.abort();
    if (this.#running !== undefined) await this.#end(this.#running, graceMs, quick);
    await this.#ended;
  }

  async #keepRunning(first: RunningChild, timeoutMs: number): Promise<void> {
    const { signal } = this.#stopping;
    let running = first;
    let readyAt: number | undefined = performance.now();
    let failures = 0;
    while (true) {
      const exit = await running.exited;
      const pid = running.pid;
      this.#gone();
      if (signal.aborted) return;
      const healthy = readyAt !== undefined && performance.now() - readyAt >= HEALTHY_AFTER_MS;
      failures = healthy ? 1 : failures + 1;
      const waitMs = restartDelayMs(failures);
      this.#supervision.say(
        `${this.name} (pid ${pid ?? 'none'}) ended with ${describeExit(exit)}; starting again in ${waitMs / 1000} s`,
      );
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      running = this.#startProcess();
      readyAt = await this.#readyTime(running, timeoutMs);
    }
  }

  /** When it became ready; undefined when it did not, and then it is being ended. */
  async #readyTime(running: RunningChild, timeoutMs: number): Promise<number | undefined> {
    try {
      await untilReady(this.#spec, running, timeoutMs, this.#stopping.signal);
      this.#supervision.say(`${this.name} (pid ${running.pid}) runs again`);
      return performance.now();
    } catch (error) {
      if (!(error instanceof StartError)) return undefined;
      this.#supervision.say(error.message);
      running.killGroup();
      return undefined;
    }
  }

  #startProcess(): RunningChild {
    const running = startChild(this.#spec);
    this.#running = running;
    this.#supervision.onPid(this.name, running.pid);
    return running;
  }

  #gone(): void {
    this.#running = undefined;
    this.#supervision.onPid(this.name, undefined);
  }

  async #end(running: RunningChild, graceMs: number, quick?: AbortSignal): Promise<void> {
    const done = new AbortController();
    running.signal('SIGTERM');
    const signals = quick === undefined ? [done.signal] : [done.signal, quick];
    const cut = delay(graceMs, undefined, { signal: AbortSignal.any(signals) })
      .catch(() => undefined)
      .then(() => {
        if (!done.signal.aborted) running.killGroup();
      });
    await running.exited;
    done.abort();
    await cut;
    this.#gone();
  }
}
