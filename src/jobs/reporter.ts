import type { Report } from './attempt.ts';
import { JobsError } from './error.ts';
import type { ProgressEvent } from './event.ts';
import type { WriteRefusal } from './job-log.ts';

/** A log that is longer than this takes no more progress, so that no job can fill the store; its end is always written. */
export const MAX_PROGRESS_EVENTS = 10_000;

/** Writes an attempt's progress, one event after the other, in the order it is reported. */
export interface Reporter {
  report: Report;
  /** Takes no more reports; resolves when those taken are written or refused. */
  end(): Promise<void>;
}

/**
 * @param write appends one event
 * @param onSuperseded called once, when an event is refused because this attempt no longer counts
 */
export function createReporter(
  write: (event: ProgressEvent) => Promise<'ok' | WriteRefusal>,
  onSuperseded: () => void,
): Reporter {
  let last: Promise<unknown> = Promise.resolve();
  let taken = 0;
  let open = true;

  async function append(event: ProgressEvent): Promise<void> {
    if ((await write(event)) === 'ok') return;
    if (open) onSuperseded();
    open = false;
    throw superseded();
  }

  return {
    report(event) {
      if (!open) return Promise.reject(superseded());
      taken += 1;
      if (taken > MAX_PROGRESS_EVENTS) return Promise.resolve();
      const appended = last.then(() => append(event));
      last = appended.catch(() => {});
      return appended;
    },
    async end() {
      open = false;
      await last;
    },
  };
}

function superseded(): JobsError {
  return new JobsError('attempt_superseded', 'This attempt is no longer the current one.');
}
