import { expect, test } from 'vitest';
import type { JobSummary } from '../../contract.ts';
import { mergeJobs } from './live-jobs.ts';

const job = (jobId: string, createdAt: string, state: JobSummary['state'] = 'queued') =>
  ({ jobId, createdAt, state }) as JobSummary;

test('what changed takes the place of what was known, and the newest come first', () => {
  const known = [job('b', '2026-01-02'), job('a', '2026-01-01')];
  const merged = mergeJobs(known, [job('c', '2026-01-03'), job('a', '2026-01-01', 'running')]);
  expect(merged.map(({ jobId, state }) => `${jobId} ${state}`)).toEqual([
    'c queued',
    'b queued',
    'a running',
  ]);
});
