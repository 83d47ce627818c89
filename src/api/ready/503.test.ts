import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('the API is not ready while Redis is away', async () => {
  const store = createMemoryJobStore();
  const { call } = startTestApi(store);
  store.mode = 'away';
  expectProblem(await call('/ready'), 503, 'service_unavailable', 'Service temporarily unavailable');
});

test('the API is not ready once new callers are to go elsewhere, while it still answers', async () => {
  const draining = new AbortController();
  const { call } = startTestApi(createMemoryJobStore(), { draining: draining.signal });
  expect((await call('/ready')).status).toBe(200);
  draining.abort();
  const { detail } = expectProblem(
    await call('/ready'),
    503,
    'service_unavailable',
    'Service temporarily unavailable',
  );
  expect(detail).toContain('takes no new callers');
  expect((await call('/health')).status).toBe(200);
});
