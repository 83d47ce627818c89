import type { AbortReason, ArtifactSink, Attempt, AttemptOutcome, RunAttempt } from './attempt.ts';
import { JobsError } from './error.ts';
import type { JobError } from './failure.ts';
import type { Injection } from './injection.ts';
import type { JobChange, WriteRefusal } from './job-log.ts';
import { createReporter, type Reporter } from './reporter.ts';

/** An attempt that has not ended this long after its time was up is ended from here. */
const OVERRUN_MS = 5_000;
/** How long an aborted attempt may take to stop before it is left behind; it can write nothing any more. */
const STOP_MS = 3_000;

/** outcome: what the run came to all the same, where it stopped in time. */
export type Execution =
  | { kind: 'ended'; outcome: AttemptOutcome }
  /** Aborted from outside before it was done. */
  | { kind: 'interrupted'; outcome: AttemptOutcome | undefined }
  /** Another attempt has begun; this one does not count. */
  | { kind: 'superseded'; outcome: AttemptOutcome | undefined };

export interface ExecuteOptions {
  attempt: Omit<Attempt, 'artifacts' | 'recordInjected'>;
  /** What the job's record says was added to it so far. */
  injected: readonly Injection[];
  run: RunAttempt;
  /** The attempt's sink of files, which writes what it keeps with `append`. */
  artifacts(append: (change: JobChange) => Promise<void>): ArtifactSink;
  write(change: JobChange): Promise<'ok' | WriteRefusal>;
  now(): Date;
  /** Aborted from outside, with an AbortReason. */
  signal: AbortSignal;
  /** Called with what run threw, which is a bug. */
  onError(error: unknown): void;
}

/** Runs one attempt and always comes back: a run that does not stop when told to is left behind. */
export async function execute(options: ExecuteOptions): Promise<Execution> {
  const { attempt, injected, run, artifacts, write, now, signal, onError } = options;
  const superseded = new AbortController();
  const overrun = new AbortController();
  const overrunTimer = setTimeout(() => abort(overrun, 'overrun'), attempt.timeoutMs + OVERRUN_MS);
  const stopped = new AbortController();
  const all = AbortSignal.any([signal, superseded.signal, overrun.signal]);
  const reporter = createReporter({ write, onSuperseded: () => abort(superseded, 'superseded'), now });
  try {
    const given = { artifacts: artifacts(reporter.append), recordInjected: recorder(injected, reporter) };
    const running = run({ ...attempt, ...given }, reporter.report, all).catch(
      (error: unknown): AttemptOutcome => {
        if (error instanceof JobsError && error.code === 'session_unavailable') {
          return failed({ code: 'session_unavailable', message: error.message }, false);
        }
        if (!all.aborted) onError(error);
        return failed({ code: 'worker_crashed', message: 'The worker failed.' }, true);
      },
    );
    const outcome = await Promise.race([running, leftBehind(all, stopped.signal)]);
    await reporter.end();
    if (superseded.signal.aborted) return { kind: 'superseded', outcome };
    if (outcome?.kind === 'completed') return { kind: 'ended', outcome };
    if (signal.aborted) return { kind: 'interrupted', outcome };
    if (outcome !== undefined) return { kind: 'ended', outcome };
    return { kind: 'ended', outcome: failed(timedOutError(attempt.timeoutMs), false) };
  } finally {
    clearTimeout(overrunTimer);
    stopped.abort();
  }
}

function recorder(before: readonly Injection[], reporter: Pick<Reporter, 'append'>) {
  let injected = before;
  return (given: readonly Injection[]) => {
    injected = [...injected, ...given];
    return reporter.append({ fields: { injected: [...injected] }, events: [] });
  };
}

function failed(error: JobError, retryable: boolean): AttemptOutcome {
  return { kind: 'failed', error, retryable };
}

function abort(controller: AbortController, reason: AbortReason): void {
  controller.abort(reason);
}

/** Resolves STOP_MS after the abort, or never. */
function leftBehind(aborted: AbortSignal, stopped: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const begin = () => {
      const timer = setTimeout(() => resolve(undefined), STOP_MS);
      stopped.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
    if (aborted.aborted) begin();
    else aborted.addEventListener('abort', begin, { once: true, signal: stopped });
  });
}

/** What a job fails with whose time was up. */
export function timedOutError(timeoutMs: number): JobError {
  return { code: 'timed_out', message: `The job was not done after ${Math.round(timeoutMs / 1000)} s.` };
}
