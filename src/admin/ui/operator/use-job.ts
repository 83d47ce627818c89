import { useEffect, useState } from 'preact/hooks';
import type { JobDetail, JobEntry, JobSummary } from '../../contract.ts';
import { type Asked, useAnswer } from './use-answer.ts';

export interface FollowedJob {
  detail: Asked<JobDetail>;
  /** What the job has written and done so far, oldest first. */
  entries: readonly JobEntry[];
  /** Whether what the job writes still comes in; undefined before the first word and after the last. */
  isLive: boolean | undefined;
}

/** More would only make the page slow; the newest are what one looks at. */
const MAX_ENTRIES = 5_000;
/** A job that has done much tells all of it at once. */
const ASK_AFTER_MS = 200;

/** A job with what happens to it, as it happens. */
export function useJob(id: string): FollowedJob {
  const detail = useAnswer<JobDetail>(`/api/jobs/${encodeURIComponent(id)}`);
  const [entries, setEntries] = useState<readonly JobEntry[]>([]);
  const [isLive, setIsLive] = useState<boolean>();
  const { ask } = detail;
  const isKnown = detail.answer !== undefined;

  useEffect(() => {
    if (!isKnown) return;
    let isOver = false;
    let asking: ReturnType<typeof setTimeout> | undefined;
    const askSoon = () => {
      asking ??= setTimeout(() => {
        asking = undefined;
        ask();
      }, ASK_AFTER_MS);
    };
    const source = new EventSource(`/api/jobs/${encodeURIComponent(id)}/live`);
    source.addEventListener('open', () => setIsLive(true));
    source.addEventListener('entry', ({ data }) => {
      const entry = JSON.parse(data) as JobEntry;
      setEntries((before) => add(before, entry));
      if (entry.type !== 'text') askSoon();
    });
    source.addEventListener('job', ({ data }) => {
      const { finishedAt } = JSON.parse(data) as JobSummary;
      if (finishedAt !== null) isOver = true;
    });
    source.addEventListener('error', () => {
      if (!isOver && source.readyState === EventSource.CONNECTING) return setIsLive(false);
      source.close();
      setIsLive(undefined);
      ask();
    });
    return () => {
      clearTimeout(asking);
      source.close();
    };
  }, [id, isKnown, ask]);
  return { detail, entries, isLive };
}

/** An entry once, however often it comes: a connection that is taken up again may tell it anew. */
function add(entries: readonly JobEntry[], entry: JobEntry): readonly JobEntry[] {
  const last = entries.at(-1);
  return last !== undefined && last.seq >= entry.seq ? entries : [...entries, entry].slice(-MAX_ENTRIES);
}
