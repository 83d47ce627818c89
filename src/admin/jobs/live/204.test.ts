import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { JOB } from '../job.fixture.ts';

test('who has all of a job that has ended need not ask again', async () => {
  const { call } = startTestAdmin({ jobs: { get: async () => JOB } });
  const headers = { 'last-event-id': String(JOB.lastSeq) };
  expect((await call(`/api/jobs/${JOB.jobId}/live`, { headers })).status).toBe(204);
});
