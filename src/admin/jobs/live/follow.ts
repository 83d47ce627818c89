import { type JobAdministration, JobsError } from '../../../jobs/index.ts';
import { jobEntry } from '../entry.ts';
import { jobSummary } from '../summary.ts';

export interface FollowOptions {
  jobs: Pick<JobAdministration, 'get' | 'follow'>;
  jobId: string;
  /** 0 for all of them. */
  afterSeq: number;
  /** Whether what the job writes may be seen. */
  output: boolean;
  /** Asked before anything is told; false ends it. */
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
  const { jobs, jobId, afterSeq, output, goesOn, signal, heartbeatMs } = options;
  yield `retry: ${RECONNECT_MS}\n\n`;
  for await (const events of jobs.follow(jobId, { afterSeq, signal, silentMs: heartbeatMs })) {
    if (!goesOn()) return;
    if (events.length === 0) yield ': heartbeat\n\n';
    for (const event of events) {
      yield `id: ${event.seq}\nevent: entry\ndata: ${JSON.stringify(jobEntry(event, output))}\n\n`;
      if (event.type === 'status') yield* summaryOf(options);
    }
  }
}

/** Nothing while Redis is away. */
async function* summaryOf({ jobs, jobId }: FollowOptions): AsyncGenerator<string> {
  try {
    const job = await jobs.get(jobId);
    if (job !== undefined) yield `event: job\ndata: ${JSON.stringify(jobSummary(job))}\n\n`;
  } catch (error) {
    if (!(error instanceof JobsError && error.code === 'store_unavailable')) throw error;
  }
}
