import { isFinal, type JobAdministration } from '../../jobs/index.ts';
import type { JobSummary } from '../contract.ts';
import { jobSummary } from '../jobs/summary.ts';

/** The newest jobs of all clients, and what changes of them. */
export interface JobWatch {
  /**
   * Looks again. A job that has ended is not read again.
   * @returns what has changed since the last time, newest first
   * @throws what the store throws
   */
  refresh(): Promise<JobSummary[]>;
  /** Newest first, as they were last time. */
  newest(): JobSummary[];
}

const MAX_JOBS = 100;

export function createJobWatch(jobs: Pick<JobAdministration, 'newestPlaces' | 'get'>): JobWatch {
  let known = new Map<string, JobSummary>();
  return {
    newest: () => [...known.values()],
    async refresh() {
      const places = await jobs.newestPlaces(MAX_JOBS);
      const changed: JobSummary[] = [];
      const found = await Promise.all(
        places.map(async ({ jobId }) => {
          const before = known.get(jobId);
          if (before !== undefined && isFinal(before.state)) return before;
          const job = await jobs.get(jobId);
          if (job === undefined) return undefined;
          const summary = jobSummary(job);
          if (JSON.stringify(summary) === JSON.stringify(before)) return before;
          changed.push(summary);
          return summary;
        }),
      );
      known = new Map(found.flatMap((summary) => (summary === undefined ? [] : [[summary.jobId, summary]])));
      const order = new Map([...known.keys()].map((jobId, index) => [jobId, index]));
      return changed.sort((a, b) => (order.get(a.jobId) ?? 0) - (order.get(b.jobId) ?? 0));
    },
  };
}
