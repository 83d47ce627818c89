import type { JobState, JobSummary } from '../../contract.ts';

export const JOB_STATES: readonly JobState[] = [
  'queued',
  'running',
  'completed',
  'failed',
  'canceled',
  'expired',
];

/** Which jobs are listed; an empty text filters nothing. */
export interface JobFilter {
  state: string;
  tenant: string;
  client: string;
  tier: string;
}

export function filterFrom(query: URLSearchParams): JobFilter {
  const read = (name: string) => query.get(name) ?? '';
  return { state: read('state'), tenant: read('tenant'), client: read('client'), tier: read('tier') };
}

/** Whether a job belongs into a list, as the admin API decides it. */
export function fits(filter: JobFilter, job: JobSummary): boolean {
  return (['tenant', 'client', 'tier'] as const).every(
    (key) => filter[key] === '' || filter[key] === job[key],
  )
    ? filter.state === '' || filter.state.split(',').includes(job.state)
    : false;
}
