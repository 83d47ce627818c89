import { isFinal, type JobAdministration, type JobEvent, JobsError } from '../../../jobs/index.ts';
import { jobEntry } from '../entry.ts';
import { jobSummary } from '../summary.ts';

export interface FollowOptions {
  jobs: Pick<JobAdministration, 'get' | 'events' | 'waitFor'>;
  jobId: string;
  /** 0 for all of them. */
  afterSeq: number;
  /** Whether what the job writes may be seen. */
  output: boolean;
  /** Asked before each look; false ends it. */
  goesOn(): boolean;
  signal: AbortSignal;
  heartbeatMs: number;
}

const RECONNECT_MS = 2_000;

/**
 * A job's entries that follow afterSeq and those to come, and the job itself whenever its state changes, until it ends, in
 * the format of the HTML standard, section 9.2. While Redis is away it waits.
 */
export async function* followJob(options: FollowOptions): AsyncGenerator<string> {
  const { jobs, jobId, output, goesOn, signal, heartbeatMs } = options;
  let seq = options.afterSeq;
  let newer = false;
  yield `retry: ${RECONNECT_MS}\n\n`;
  while (!signal.aborted && goesOn()) {
    const events = await whileThere(() => jobs.events(jobId, seq));
    if (newer && events?.length === 0) return; // Something has happened that left no event: the job is gone.
    newer = false;
    for (const event of events ?? []) {
      yield `id: ${event.seq}\nevent: entry\ndata: ${JSON.stringify(jobEntry(event, output))}\n\n`;
      seq = event.seq;
      if (event.type === 'status') yield* summaryOf(options);
      if (isEnd(event)) return;
    }
    if (events !== undefined && events.length > 0) continue;
    newer = await jobs.waitFor(jobId, seq, AbortSignal.any([signal, AbortSignal.timeout(heartbeatMs)]));
    if (!newer && !signal.aborted) yield ': heartbeat\n\n';
  }
}

async function* summaryOf({ jobs, jobId }: FollowOptions): AsyncGenerator<string> {
  const job = await whileThere(() => jobs.get(jobId));
  if (job !== undefined) yield `event: job\ndata: ${JSON.stringify(jobSummary(job))}\n\n`;
}

function isEnd(event: JobEvent): boolean {
  return event.type === 'status' && isFinal(event.state);
}

/** @returns undefined while Redis is away */
async function whileThere<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof JobsError && error.code === 'store_unavailable') return undefined;
    throw error;
  }
}
