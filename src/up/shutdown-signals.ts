/** The signals that end `up`; SIGHUP comes when its terminal is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A shell's convention for "ended by a signal". */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export interface ShutdownSignals {
  /** Aborted by the first: drain. */
  stop: AbortSignal;
  /** Aborted by the second: no more waiting. */
  quick: AbortSignal;
  /** 0 after at most one signal, else what the second stands for. */
  exitCode(): number;
  dispose(): void;
}

/** Listens until dispose(). */
export function listenForShutdown(source: NodeJS.EventEmitter): ShutdownSignals {
  const stop = new AbortController();
  const quick = new AbortController();
  let exitCode = 0;
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      if (!stop.signal.aborted) return stop.abort();
      if (exitCode === 0) exitCode = EXIT_CODES[signal];
      quick.abort();
    };
    source.on(signal, listener);
    return () => source.off(signal, listener);
  });
  return {
    stop: stop.signal,
    quick: quick.signal,
    exitCode: () => exitCode,
    dispose: () => {
      for (const remove of listeners) remove();
    },
  };
}
