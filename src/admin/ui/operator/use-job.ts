import { useEffect, useState } from 'preact/hooks';
import type { JobDetail, JobEntry, JobSummary, JobTrace } from '../../contract.ts';
import { useNow } from '../shared/use-now.ts';
import { type Asked, useAnswer } from './use-answer.ts';

export interface FollowedJob {
  detail: Asked<JobDetail>;
  /** What its trace adds; undefined until that has come, and where there is no trace. */
  trace: JobTrace | undefined;
  /** What the job has written and done so far, oldest first. */
  entries: readonly JobEntry[];
  /** Whether what the job writes still comes in; undefined before the first word and after the last. */
  isLive: boolean | undefined;
}

/** More would only make the page slow; the newest are what one looks at. */
const MAX_ENTRIES = 5_000;
/** A job that has done much tells all of it at once. */
const ASK_AFTER_MS = 200;
/** Spans are stored about a second after what they tell of has ended. */
const TRACE_EVERY_MS = 5_000;

/** A job with what happens to it, as it happens. */
export function useJob(id: string): FollowedJob {
  const detail = useAnswer<JobDetail>(`/api/jobs/${encodeURIComponent(id)}`);
  const [entries, setEntries] = useState<readonly JobEntry[]>([]);
  const [isLive, setIsLive] = useState<boolean>();
  const trace = useJobTrace(detail.answer?.job);
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
  return { detail, trace, entries, isLive };
}

/** Asked again while the job goes on, and then until its last spans are likely to be there. */
function useJobTrace(job: JobSummary | undefined): JobTrace | undefined {
  const now = useNow();
  const isTraced = job !== undefined && job.traceId !== null;
  const settledAtMs = job?.finishedAt
    ? Date.parse(job.finishedAt) + 2 * TRACE_EVERY_MS
    : Number.POSITIVE_INFINITY;
  const path = isTraced ? `/api/jobs/${encodeURIComponent(job.jobId)}/trace` : undefined;
  return useAnswer<JobTrace>(path, now < settledAtMs ? TRACE_EVERY_MS : undefined).answer;
}

/** An entry once, however often it comes: a connection that is taken up again may tell it anew. */
function add(entries: readonly JobEntry[], entry: JobEntry): readonly JobEntry[] {
  const last = entries.at(-1);
  return last !== undefined && last.seq >= entry.seq ? entries : [...entries, entry].slice(-MAX_ENTRIES);
}
