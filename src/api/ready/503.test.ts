import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('the API is not ready while Redis is away', async () => {
  const store = createMemoryJobStore();
  const { call } = startTestApi(store);
  store.mode = 'away';
  expectProblem(await call('/ready'), 503, 'service_unavailable', 'Service temporarily unavailable');
});
