import type { TracedCaller } from '../telemetry/index.ts';

/** Somebody who waits for an answer, and may give up. */
export interface Caller extends TracedCaller {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * Goes on with a value, at once where it is there already: what waits for nothing takes no turn of the event loop.
 * Where it was waited for and the caller has given up by then, it rejects with the signal's reason.
 */
export function proceed<Value, Result>(
  value: Value | Promise<Value>,
  caller: Caller,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  if (!(value instanceof Promise)) return next(value);
  return value.then((later) => {
    caller.signal.throwIfAborted();
    return next(later);
  });
}
