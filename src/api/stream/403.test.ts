import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('a request without an assertion is refused', async () => {
  const { app } = startTestApi(createMemoryJobStore());
  const answer = await app.inject({ method: 'POST', url: '/claude/stream', payload: { prompt: 'hello' } });
  expect(answer.statusCode).toBe(403);
  expect(answer.json()).toMatchObject({ code: 'assertion_required' });
});
