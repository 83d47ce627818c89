import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { expectProblem, startTestApi } from '../support/api.ts';
import { type ApiOnRedis, startApiOnRedis } from '../support/api-on-redis.ts';

let on: ApiOnRedis;
let admin: Redis;
let key: string;
beforeAll(async () => {
  on = await startApiOnRedis();
  admin = openRedis(on.redis.address, 'test-admin');
  await once(admin, 'ready');
  key = redisKeys(on.jobs.keyPrefix).modelAvailability;
});
afterAll(async () => {
  admin.disconnect();
  await on.close();
});

const invoke = (api = on.api) => api.call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
/** As the worker processes tell of it. */
const away = (kind: 'parked' | 'broken', forMs: number) =>
  admin.set(key, JSON.stringify({ kind, untilMs: Date.now() + forMs }));

test.each(['parked', 'broken'] as const)(
  'while the provider is %s no job is accepted, and the answer says when one may be',
  async (kind) => {
    await away(kind, 60_000);
    const answer = await invoke();
    const { retryAfter } = expectProblem(
      answer,
      503,
      'service_unavailable',
      'Service temporarily unavailable',
    );
    expect(retryAfter).toBe(60);
    expect(answer.headers['retry-after']).toBe('60');
    expect(await on.jobs.store.outlook()).toMatchObject({ waiting: 0 });
  },
);

test('with model.whileUnavailable: queue the job waits', async () => {
  await away('broken', 60_000);
  const api = startTestApi(on.jobs.store, 'model.whileUnavailable=queue');
  expect((await invoke(api)).status).toBe(202);
  await api.app.close();
});

test('once the pause is over jobs are accepted, whether or not it was taken back', async () => {
  await away('broken', -1);
  expect((await invoke()).status).toBe(202);
  await admin.del(key);
  expect((await invoke()).status).toBe(202);
});
