import { expect, test } from 'vitest';
import { expectProblem } from '../../../test/support/api.ts';
import { startApiOnRedis } from '../../../test/support/api-on-redis.ts';
import { until } from '../../../test/support/until.ts';

test('a conversation whose job runs cannot be forgotten until that has ended', async () => {
  const on = await startApiOnRedis();
  on.jobs.work(async (_, _report, signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new Error('stopped');
  });
  const body = { prompt: 'hello', session: 'talk' };
  const { jobId } = (await on.api.call('/claude/invoke', { method: 'POST', body })).json();
  await until(async () => (await on.jobs.store.get(String(jobId)))?.state === 'running', 'it runs');
  const forget = () => on.api.call('/claude/sessions/talk', { method: 'DELETE' });
  expectProblem(await forget(), 409, 'session_busy', 'Session busy');
  await on.jobs.store.cancel(String(jobId));
  await until(async () => (await forget()).status === 204, 'it is forgotten');
  expect((await on.jobs.store.get(String(jobId)))?.state).toBe('canceled');
  await on.close();
});
