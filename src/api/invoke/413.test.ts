import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore(), 'envoy.maxBody=1KiB');

test('a body over the limit is refused', async () => {
  const answer = await call('/claude/invoke', { method: 'POST', body: { prompt: 'x'.repeat(1024) } });
  expectProblem(answer, 413, 'body_too_large', 'Request body too large');
});
