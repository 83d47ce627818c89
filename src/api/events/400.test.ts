import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test.each(['-1', '1-0', 'last', '9'.repeat(16)])('Last-Event-ID %s is refused', async (id) => {
  const { call } = startTestApi(createMemoryJobStore());
  const path = '/claude/jobs/7d0f2c9e-0000-4000-8000-000000000000/events';
  const answer = await call(path, { headers: { 'last-event-id': id } });
  const { detail } = expectProblem(answer, 400, 'invalid_request', 'Invalid request');
  expect(detail).toBe("Last-Event-ID: expected an event's sequence number");
});
