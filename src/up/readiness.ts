import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionFacts } from '../serve/index.ts';
import { type ChildSpec, describeExit, type RunningChild } from './child-process.ts';
import { lastLine } from './log-file.ts';
import { StartError } from './start-error.ts';

const PROBE_EVERY_MS = 20;

/**
 * Waits until a child that was just started serves.
 * @param timeoutMs the longest that it may be silent
 * @param cancelled aborted when nobody waits for it any more
 * @returns what it said of itself
 * @throws StartError child_failed when it says that it cannot, ends, or stays silent
 */
export async function untilReady(
  spec: ChildSpec,
  running: RunningChild,
  timeoutMs: number,
  cancelled: AbortSignal,
): Promise<ExecutionFacts> {
  const settled = new AbortController();
  const stop = AbortSignal.any([settled.signal, cancelled]);
  try {
    const facts = await Promise.race([
      spec.readiness.by === 'message'
        ? untilMessage(spec, running, timeoutMs, stop)
        : untilProbed(spec, spec.readiness.probe, timeoutMs, stop),
      running.exited.then((exit): never => {
        const reason = exit.error?.message ?? lastLine(spec.logFile, running.logStart) ?? 'it said nothing';
        throw failure(spec, `ended with ${describeExit(exit)} before it was ready: ${reason}`);
      }),
    ]);
    cancelled.throwIfAborted();
    return facts;
  } finally {
    settled.abort();
  }
}

function untilMessage(
  spec: ChildSpec,
  running: RunningChild,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<ExecutionFacts> {
  return new Promise((resolve, reject) => {
    running.onMessage((message) => {
      if (message.type === 'ready') resolve(message);
      else reject(failure(spec, `could not start: ${message.message}`));
    });
    delay(timeoutMs, undefined, { signal: stop }).then(
      () => reject(silence(spec, timeoutMs)),
      () => resolve({}),
    );
  });
}

async function untilProbed(
  spec: ChildSpec,
  probe: () => Promise<'ready' | 'progressing' | 'silent'>,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<ExecutionFacts> {
  let deadline = performance.now() + timeoutMs;
  while (!stop.aborted) {
    const result = await probe();
    if (result === 'ready') return {};
    if (result === 'progressing') deadline = performance.now() + timeoutMs;
    if (performance.now() > deadline) throw silence(spec, timeoutMs);
    await delay(PROBE_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  return {};
}

function silence(spec: ChildSpec, timeoutMs: number): StartError {
  return failure(spec, `was not ready after ${timeoutMs / 1000} s.`);
}

function failure(spec: ChildSpec, what: string): StartError {
  return new StartError('child_failed', `${spec.name} ${what}\nIts log: ${spec.logFile}`);
}
