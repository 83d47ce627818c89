import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { JOB } from '../job.fixture.ts';

test('the job is ended by whom the token is named after', async () => {
  const asked: unknown[] = [];
  const end = async (...args: unknown[]) => {
    asked.push(args);
    return { ...JOB, state: 'canceled' as const };
  };
  const { call } = startTestAdmin({ jobs: { end } });
  const answer = await call(`/api/jobs/${JOB.jobId}/cancel`, { method: 'POST' });
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ jobId: JOB.jobId, state: 'canceled' });
  expect(answer.text).not.toContain('the answer');
  expect(asked).toEqual([[JOB.jobId, 'cancel', 'admin:default']]);
});
