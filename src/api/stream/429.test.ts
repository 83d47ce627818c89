import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const PROBLEM = {
  type: 'about:blank',
  title: 'Too Many Requests',
  status: 429,
  code: 'rate_limited',
  error: 'Rate limit exceeded',
  detail: 'pro-streams allows 10 requests at a time; try again in 42 s',
  retryAfter: 42,
};

test('a client with as many streams open as it may have gets no other, and no job is made', async () => {
  const store = createMemoryJobStore();
  const streams = {
    take: async () => ({
      kind: 'limited' as const,
      problem: Buffer.from(JSON.stringify(PROBLEM)),
      retryAfterS: 42,
    }),
  };
  const { call } = startTestApi(store, { streams });
  const answer = await call('/claude/stream', { method: 'POST', body: { prompt: 'hello' } });
  expectProblem(answer, 429, 'rate_limited', 'Rate limit exceeded');
  expect(answer.headers['retry-after']).toBe('42');
  expect(() => store.newest().jobId).toThrow();
});
