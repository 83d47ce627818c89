import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { JobEntry } from '../../contract.ts';
import { CallProblem } from '../shared/problem.ts';
import type { Caller } from './caller.ts';
import { entryOf } from './entry.ts';

const RETRY_MS = 2_000;

export interface FollowListener {
  entry(entry: JobEntry): void;
  /** Whether entries come in now. */
  live(isLive: boolean): void;
  /** Why no more will come; undefined where the job has ended. */
  ended(problem: CallProblem | undefined): void;
}

/**
 * Follows `GET /claude/jobs/{id}/events` to the job's end, and goes on where it was when the connection is lost. By fetch,
 * because an EventSource cannot send a key.
 */
export async function followJob(
  caller: Caller,
  jobId: string,
  { entry, live, ended }: FollowListener,
  signal: AbortSignal,
): Promise<void> {
  let lastSeq = 0;
  while (!signal.aborted) {
    try {
      const answer = await caller.send(`/claude/jobs/${encodeURIComponent(jobId)}/events`, {
        headers: { accept: 'text/event-stream', 'last-event-id': String(lastSeq) },
        signal,
      });
      if (answer.status === 204 || answer.body === null) return ended(undefined);
      live(true);
      const events = answer.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const { data } of events) {
        const next = entryOf(JSON.parse(data));
        if (next === undefined || next.seq <= lastSeq) continue;
        lastSeq = next.seq;
        entry(next);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof CallProblem && error.status >= 400 && error.status < 500) return ended(error);
    }
    live(false);
    await pause(RETRY_MS, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
