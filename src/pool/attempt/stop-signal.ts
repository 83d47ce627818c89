/** Why an attempt is to end before it is done. */
export type StopReason =
  | 'timed_out'
  | 'canceled'
  /** Nothing was heard of it for too long. */
  | 'stalled'
  /** It called the same tool in the same way again and again. */
  | 'tool_loop'
  /** Its files took too much. */
  | 'disk_limit'
  /** It took too much memory, and the kernel has ended it. */
  | 'memory_limit'
  /** It reported too much. */
  | 'output_limit';

/** One attempt's end from outside: its time is up, or it is canceled, whichever comes first. */
export class StopSignal {
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal;
  #reason: StopReason | undefined;

  /** @param caller aborted when whoever asked for the attempt gives it up */
  constructor(timeoutMs: number, caller: AbortSignal) {
    this.#caller = caller;
    this.#timer = setTimeout(() => this.stop('timed_out'), timeoutMs);
    if (caller.aborted) this.stop('canceled');
    else caller.addEventListener('abort', this.#cancel, { once: true });
  }

  /** Undefined while the attempt may go on. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** Aborted when the attempt is to end, for whatever reason. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted when nobody waits for the attempt any more. */
  get givenUp(): AbortSignal {
    return this.#caller;
  }

  stop(reason: StopReason): void {
    this.#reason ??= reason;
    this.#stop.abort();
  }

  /** Waits for work, but no longer than until the attempt is to end. */
  unlessStopped(work: Promise<void>): Promise<void> {
    return until(work, this.#stop.signal);
  }

  /** Waits for work, but no longer than until the caller gives up: nobody waits for it any more then. */
  unlessGivenUp(work: Promise<void>): Promise<void> {
    return until(work, this.#caller);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = () => this.stop('canceled');
}

async function until(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    work.catch(() => {});
    return;
  }
  const aborted = Promise.withResolvers<void>();
  const resolve = () => aborted.resolve();
  signal.addEventListener('abort', resolve);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', resolve);
  }
}
