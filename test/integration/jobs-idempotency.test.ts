import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { type ApiOnRedis, startApiOnRedis } from '../support/api-on-redis.ts';
import { completed } from '../support/jobs.ts';

let on: ApiOnRedis;
let admin: Redis;
beforeAll(async () => {
  on = await startApiOnRedis();
  admin = openRedis(on.redis.address, 'test-admin');
  await once(admin, 'ready');
});
afterAll(async () => {
  admin.disconnect();
  await on.close();
});

const invoke = (key: string, body: object = { prompt: 'hello' }, as = {}) =>
  on.api.call('/claude/invoke', { method: 'POST', body, as, headers: { 'idempotency-key': key } });
const jobIdOf = async (answer: ReturnType<typeof invoke>) => String((await answer).json().jobId);

test('the same key and body are the same job, while it waits and when it has ended', async () => {
  const jobId = await jobIdOf(invoke('again'));
  expect(await jobIdOf(invoke('again'))).toBe(jobId);
  const worker = on.jobs.work(async () => completed);
  await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  await worker.close(0);
  const answer = await invoke('again');
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ jobId, state: 'completed', result: { text: 'done' } });
});

test('a burst with one key makes one job', async () => {
  const before = (await on.jobs.store.outlook()).waiting;
  const ids = await Promise.all(Array.from({ length: 30 }, () => jobIdOf(invoke('burst'))));
  expect(new Set(ids).size).toBe(1);
  expect((await on.jobs.store.outlook()).waiting).toBe(before + 1);
  expect((await on.redis.keys()).filter((key) => key.endsWith(`{job:${ids[0]}}`))).toHaveLength(1);
});

test('the same body is the same job also where its limits have changed meanwhile', async () => {
  const sent = (maxTurns: number) =>
    on.api.call('/claude/invoke', {
      ...{ method: 'POST', body: { prompt: 'hello' }, limits: { maxTurns } },
      headers: { 'idempotency-key': 'limits' },
    });
  expect(await jobIdOf(sent(5))).toBe(await jobIdOf(sent(6)));
});

test('the same key of another client or tenant is another job', async () => {
  const ids = await Promise.all([
    jobIdOf(invoke('shared')),
    jobIdOf(invoke('shared', undefined, { client: 'service-b' })),
    jobIdOf(invoke('shared', undefined, { tenant: 'other' })),
  ]);
  expect(new Set(ids).size).toBe(3);
});

test('a key whose job was purged makes a new job', async () => {
  const jobId = await jobIdOf(invoke('purged'));
  await on.jobs.store.purge(jobId);
  const next = await jobIdOf(invoke('purged'));
  expect(next).not.toBe(jobId);
  expect(await jobIdOf(invoke('purged'))).toBe(next);
});

test('a job whose api died before it kept the record is kept by the one that is asked again', async () => {
  const jobId = await jobIdOf(invoke('half'));
  const [record = ''] = (await on.redis.keys()).filter((key) => key.endsWith(`{job:${jobId}}`));
  await admin.pexpire(record, 60_000);
  expect(await jobIdOf(invoke('half'))).toBe(jobId);
  expect(await admin.pttl(record)).toBe(-1);
});

test('a refused submission does not take its key', async () => {
  await admin.hset((await on.redis.keys()).find((key) => key.endsWith(':counts')) ?? '', 'turn', 'x');
  expect((await invoke('refused')).status).toBe(500);
  await admin.hset((await on.redis.keys()).find((key) => key.endsWith(':counts')) ?? '', 'turn', 0);
  expect((await invoke('refused', { prompt: 'another' })).status).toBe(202);
});

test('a key is kept for a day', async () => {
  await invoke('kept');
  const names = (await on.redis.keys()).filter((key) => key.includes(':idempotency:'));
  for (const name of names) {
    const ttlMs = await admin.pttl(name);
    expect(ttlMs).toBeGreaterThan(23 * 3_600_000);
    expect(ttlMs).toBeLessThanOrEqual(24 * 3_600_000);
  }
});

test.each(['', 'x'.repeat(256), 'with space', 'ü'])('%j is no key', async (key) => {
  const answer = await invoke(key);
  expect(answer.status).toBe(400);
  expect(answer.json().errors).toEqual([
    { path: 'Idempotency-Key', message: 'expected 1 to 255 visible ASCII characters' },
  ]);
});
