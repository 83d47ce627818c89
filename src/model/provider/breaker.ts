import CircuitBreaker from 'opossum';
import type { Config } from '../../config/index.ts';
import { Fault, NotAsked } from './fault.ts';

export type BreakerState = 'closed' | 'half_open' | 'open';

type Circuit = CircuitBreaker<[() => Promise<unknown>], unknown>;

/** Keeps a provider that fails from being asked. */
export interface Breaker {
  state(): BreakerState;
  /** When it is tried again, in milliseconds since the epoch; of an open breaker. */
  retryAtMs(): number;
  /**
   * Runs a call, and counts a Fault that it throws against the provider. While a single call tries out whether the
   * provider is back, the others wait for what comes of it.
   * @throws NotAsked without a call, what the call throws, or the signal's reason
   */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Counts a failure that came after its call had gone well. */
  fault(): void;
  /** Opens it, as another process has found the provider to fail. */
  openUntil(untilMs: number): void;
  /** Closes it, as another process has found the provider to be back. */
  close(): void;
  dispose(): void;
}

/** @param changed told of every state that it finds out itself */
export function createBreaker(
  { errorPercentage, minRequests, window, resetAfter }: Config['model']['breaker'],
  changed: (state: BreakerState) => void,
): Breaker {
  let retryAtMs = 0;
  /** Settles when the call is over that tries the provider out. */
  let probe: Promise<void> | undefined;
  let told: BreakerState = 'closed';
  let adopting = false;
  const options = {
    timeout: false as const,
    errorThresholdPercentage: errorPercentage,
    volumeThreshold: minRequests,
    // Read each time that it opens.
    resetTimeout: resetAfter.ms,
    rollingCountTimeout: window.ms,
    // A caller that left says nothing about the provider; nor does it say that it is back.
    errorFilter: (error: unknown) => !(error instanceof Fault) && !circuit.halfOpen,
  };
  const circuit: Circuit = new CircuitBreaker((call: () => Promise<unknown>) => call(), options);
  const tell = (state: BreakerState) => {
    if (state === told) return;
    told = state;
    if (!adopting) changed(state);
  };
  circuit.on('open', () => {
    retryAtMs = Date.now() + options.resetTimeout;
    tell('open');
  });
  circuit.on('halfOpen', () => tell('half_open'));
  circuit.on('close', () => tell('closed'));
  const adopt = (change: () => void) => {
    adopting = true;
    change();
    adopting = false;
  };

  async function run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (circuit.halfOpen && probe !== undefined) await unlessAborted(probe, signal);
    if (circuit.opened) throw new NotAsked();
    const isProbe = circuit.halfOpen;
    const result = circuit.fire(call) as Promise<T>;
    if (isProbe) {
      probe = result.then(
        () => {},
        () => {},
      );
      void probe.then(() => {
        probe = undefined;
      });
    }
    return result;
  }

  return {
    state: () => (circuit.closed ? 'closed' : circuit.halfOpen ? 'half_open' : 'open'),
    retryAtMs: () => retryAtMs,
    run,
    fault() {
      if (circuit.closed) circuit.fire(() => Promise.reject(new Fault())).catch(() => {});
    },
    openUntil(untilMs) {
      if (!circuit.closed) return;
      options.resetTimeout = Math.max(1, untilMs - Date.now());
      adopt(() => circuit.open());
      options.resetTimeout = resetAfter.ms;
    },
    close: () => adopt(() => circuit.close()),
    dispose: () => circuit.shutdown(),
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
