import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('the API is ready while Redis answers', async () => {
  const { app } = startTestApi(createMemoryJobStore());
  const answer = await app.inject('/ready');
  expect({ status: answer.statusCode, body: answer.json() }).toEqual({
    status: 200,
    body: { status: 'ready' },
  });
});
