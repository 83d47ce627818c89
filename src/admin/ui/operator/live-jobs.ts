import type { JobSummary } from '../../contract.ts';

/** Jobs with what is new of them, newest first. */
export function mergeJobs(known: readonly JobSummary[], changed: readonly JobSummary[]): JobSummary[] {
  const byId = new Map([...known, ...changed].map((job) => [job.jobId, job]));
  return [...byId.values()].sort(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || b.jobId.localeCompare(a.jobId),
  );
}
