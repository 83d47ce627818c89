import { traceIdOf } from '../trace-context/index.ts';

/** Upper bounds of decisions' times: most take a tenth of a millisecond, and Envoy waits a second at most. */
export const DECISION_BOUNDS_S = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
] as const;

/** A decision from here on is worth a look at its trace; of the others none is kept, which would cost each of them. */
const SLOW_MS = 10;

/** Who may have a trace. It is read where it is told, because to make a string of it costs more than to count a decision. */
export interface TracedCaller {
  metadata?(name: 'traceparent'): string | undefined;
}

/** The trace to keep with a decision's time. */
export function slowTraceId(elapsedMs: number, caller: TracedCaller | undefined): string | undefined {
  return elapsedMs < SLOW_MS ? undefined : callersTraceId(caller);
}

/** The caller's trace. */
export function callersTraceId(caller: TracedCaller | undefined): string | undefined {
  return traceIdOf(caller?.metadata?.('traceparent'));
}
