import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test.each([
  ['full', 'queue_full'],
  ['away', 'service_unavailable'],
] as const)('a store that is %s is answered as a problem, not as a stream', async (mode, code) => {
  const store = createMemoryJobStore();
  store.mode = mode;
  const { call } = startTestApi(store);
  const answer = await call('/claude/stream', { method: 'POST', body: { prompt: 'hello' } });
  expectProblem(answer, 503, code, 'Service temporarily unavailable');
});
