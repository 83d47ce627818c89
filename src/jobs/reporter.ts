import { JobsError } from './error.ts';
import type { ProgressEvent } from './event.ts';
import type { JobChange, WriteRefusal } from './job-log.ts';

/** A log that is longer than this takes no more progress, so that no job can fill the store; its end is always written. */
export const MAX_PROGRESS_EVENTS = 10_000;

/** Writes an attempt's progress, one change after the other, in the order it is reported. */
export interface Reporter {
  /** See Report. */
  report(event: ProgressEvent): Promise<void>;
  /** As report, for what also changes the record. It is written however much was reported before. */
  append(change: JobChange): Promise<void>;
  /** Takes no more reports; resolves when those taken are written or refused. */
  end(): Promise<void>;
}

export interface ReporterOptions {
  write(change: JobChange): Promise<'ok' | WriteRefusal>;
  /** Called once, when a change is refused because this attempt no longer counts. */
  onSuperseded(): void;
  now(): Date;
}

export function createReporter({ write, onSuperseded, now }: ReporterOptions): Reporter {
  let last: Promise<unknown> = Promise.resolve();
  let taken = 0;
  let open = true;
  let wroteText = false;

  async function writeNext(change: JobChange): Promise<void> {
    if ((await write(change)) === 'ok') return;
    if (open) onSuperseded();
    open = false;
    throw superseded();
  }

  function append(change: JobChange): Promise<void> {
    if (!open) return Promise.reject(superseded());
    const appended = last.then(() => writeNext(change));
    last = appended.catch(() => {});
    return appended;
  }

  return {
    append,
    report(event) {
      if (!open) return Promise.reject(superseded());
      taken += 1;
      if (taken > MAX_PROGRESS_EVENTS) return Promise.resolve();
      const isFirstText = event.type === 'text' && !wroteText;
      wroteText ||= isFirstText;
      return append({ fields: isFirstText ? { firstTextAt: now().toISOString() } : {}, events: [event] });
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
