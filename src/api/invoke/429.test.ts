import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectProblem } from '../../../test/support/api.ts';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';

let on: ApiOnRedis;
beforeAll(async () => {
  on = await startApiOnRedis('jobs.tiers.pro.maxQueuedPerClient=1', 'jobs.tiers.pro.maxQueuedPerTenant=2');
});
afterAll(() => on.close());

const invoke = (client: string, tenant = 'default') =>
  on.api.call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' }, as: { client, tenant } });

test('over its cap a client, and a tenant, is told to come back; others are let in', async () => {
  expect((await invoke('a')).status).toBe(202);
  const client = expectProblem(await invoke('a'), 429, 'too_many_jobs', 'Too many jobs');
  expect(client.detail).toMatch(/jobs of yours/);
  expect((await invoke('b')).status).toBe(202);
  const answer = await invoke('c');
  const tenant = expectProblem(answer, 429, 'too_many_jobs', 'Too many jobs');
  expect(tenant.detail).toMatch(/jobs of your tenant/);
  expect(answer.headers['retry-after']).toBe(String(tenant.retryAfter));
  expect((await invoke('c', 'other')).status).toBe(202);
});

test('what was refused leaves no record', async () => {
  expect((await on.redis.keys()).filter((key) => /\{job:[^}]+\}$/.test(key))).toHaveLength(3);
});
