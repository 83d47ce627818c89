import type { ServerResponse } from 'node:http';
import { Interruption, type InterruptionReason } from './interruption.ts';

/** What ends a request before its time. */
export interface Deadlines {
  /** Aborted with an Interruption. */
  signal: AbortSignal;
  interrupt(reason: InterruptionReason): void;
  dispose(): void;
}

/**
 * @param ended aborted when the attempt ends
 * @param totalMs longest time for the whole request
 */
export function startDeadlines(response: ServerResponse, ended: AbortSignal, totalMs: number): Deadlines {
  const own = new AbortController();
  const interrupt = (reason: InterruptionReason) => own.abort(new Interruption(reason));
  const onEnded = () => interrupt('closing');
  // A response that was sent to its end closes too.
  const onClose = () => response.writableFinished || interrupt('worker_gone');
  ended.addEventListener('abort', onEnded);
  response.once('close', onClose);
  const total = setTimeout(() => interrupt('total_time'), totalMs);
  if (ended.aborted) onEnded();
  return {
    signal: own.signal,
    interrupt,
    dispose() {
      clearTimeout(total);
      ended.removeEventListener('abort', onEnded);
      response.off('close', onClose);
    },
  };
}
