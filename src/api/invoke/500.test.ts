import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('a bug is answered without its detail, which the log has with the request id', async () => {
  const store = createMemoryJobStore();
  store.mode = 'broken';
  const { call, lines } = startTestApi(store);
  const answer = await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  expectProblem(answer, 500, 'internal_error', 'Internal error');
  expect(answer.text).not.toContain('secret detail');
  expect(lines.at(-1)).toMatchObject({ request_id: 'request-1', err: { message: 'a secret detail' } });
});
