import type { CallConnection, PreparedCall } from './connection.ts';

export interface LoadOptions {
  connections: readonly CallConnection[];
  /** Calls at the same time, over all connections. */
  inFlight: number;
  calls: number;
  prepared(call: number): PreparedCall;
  /** @returns whether this is an answer that counts */
  isGood(message: Buffer | undefined): boolean;
}

export interface LoadResult {
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers that isGood refused. */
  bad: number;
}

/** A closed loop: each answer is followed by the next call until all are done. */
export function runLoad({
  connections,
  inFlight,
  calls,
  prepared,
  isGood,
}: LoadOptions): Promise<LoadResult> {
  const latenciesMs = new Float64Array(calls);
  let started = 0;
  let ended = 0;
  let bad = 0;
  return new Promise((resolve) => {
    const begin = performance.now();
    const next = (connection: CallConnection) => {
      if (started === calls) return;
      const call = started;
      started += 1;
      const sent = performance.now();
      connection.call(prepared(call), (answer) => {
        latenciesMs[call] = performance.now() - sent;
        if (!isGood(answer)) bad += 1;
        ended += 1;
        if (ended < calls) return next(connection);
        latenciesMs.sort();
        resolve({
          seconds: (performance.now() - begin) / 1000,
          p50Ms: latenciesMs[Math.floor(calls * 0.5)] ?? 0,
          p99Ms: latenciesMs[Math.floor(calls * 0.99)] ?? 0,
          bad,
        });
      });
    };
    for (let index = 0; index < inFlight; index += 1) {
      const connection = connections[index % connections.length];
      if (connection !== undefined) next(connection);
    }
  });
}
