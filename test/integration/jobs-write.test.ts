import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bindScript, openRedis, type Redis, type RedisScript } from '../../src/redis/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

/** write-job.lua by itself: what it refuses, and that it changes record and events together or not at all. */
let server: TestRedis;
let redis: Redis;
let script: RedisScript;
let record: string;
let events: string;
let jobs = 0;

beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'test');
  redis.on('error', () => {});
  await once(redis, 'ready');
  script = bindScript(redis, new URL('../../src/jobs/write-job.lua', import.meta.url));
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(() => {
  jobs += 1;
  record = `{job:${jobs}}`;
  events = `{job:${jobs}}:events`;
});

interface Write {
  id: string;
  fence: number | 'new';
  attempt?: number;
  expireMs?: number;
  fields?: Record<string, string>;
  events?: string[];
}

const write = ({ id, fence, attempt = 0, expireMs, fields = {}, events: bodies = [] }: Write) =>
  script(
    [record, events],
    [
      id,
      fence === 'new' ? '' : fence,
      attempt,
      '2026-01-02T03:04:05.000Z',
      expireMs ?? '',
      Object.keys(fields).length,
      ...Object.entries(fields).flat(),
      ...bodies,
    ],
  );
const accept = () =>
  write({ id: 'accept', fence: 'new', fields: { state: 'queued', attempts: '0' }, events: ['"queued"'] });
const begin = (attempt: number) =>
  write({
    id: `begin-${attempt}`,
    fence: attempt - 1,
    attempt,
    fields: { state: 'running', attempts: String(attempt) },
    events: ['"running"'],
  });

/** Everything that there is of the job. */
const contents = async () => [await redis.hgetall(record), await redis.xrange(events, '-', '+')];

test('record and events are written together, and events are numbered without gaps', async () => {
  expect(await accept()).toEqual(['ok', 1]);
  expect(await begin(1)).toEqual(['ok', 2]);
  expect(await write({ id: 'both', fence: 1, attempt: 1, events: ['"a"', '"b"'] })).toEqual(['ok', 4]);
  expect(await redis.hgetall(record)).toMatchObject({ state: 'running', attempts: '1', lastSeq: '4' });
  const entries = await redis.xrange(events, '-', '+');
  expect(entries.map(([id, [, , , attempt, , event]]) => [id, attempt, event])).toEqual([
    ['1-0', '0', '"queued"'],
    ['2-0', '1', '"running"'],
    ['3-0', '1', '"a"'],
    ['4-0', '1', '"b"'],
  ]);
});

test('a write of an attempt that is not the current one changes nothing', async () => {
  await accept();
  await begin(1);
  await begin(2);
  const before = await contents();
  for (const fence of [0, 1, 3]) {
    expect(await write({ id: `old-${fence}`, fence, fields: { state: 'failed' }, events: ['"x"'] })).toEqual([
      'superseded',
      0,
    ]);
  }
  expect(await contents()).toEqual(before);
});

test.each(['completed', 'failed', 'canceled', 'expired'])('the state %s is final', async (state) => {
  await accept();
  await write({ id: 'end', fence: 0, fields: { state } });
  const before = await contents();
  expect(await write({ id: 'late', fence: 0, fields: { state: 'queued' }, events: ['"x"'] })).toEqual([
    'final',
    0,
  ]);
  expect(await contents()).toEqual(before);
});

test.each(['completed', 'failed', 'canceled', 'expired'])(
  'the write that makes the state %s takes the request out of the record',
  async (state) => {
    await write({ id: 'accept', fence: 'new', fields: { state: 'queued', attempts: '0', request: '{}' } });
    await begin(1);
    expect(await redis.hget(record, 'request')).toBe('{}');
    await write({ id: 'end', fence: 1, attempt: 1, fields: { state } });
    expect(await redis.hexists(record, 'request')).toBe(0);
  },
);

test('a job is accepted once, and one that is not there is not written to', async () => {
  expect(await begin(1)).toEqual(['missing', 0]);
  expect(await contents()).toEqual([{}, []]);
  await accept();
  expect(await write({ id: 'other', fence: 'new', fields: { state: 'queued' } })).toEqual(['exists', 0]);
});

test('a write that is sent again because its answer was lost changes nothing', async () => {
  await accept();
  expect(await accept()).toEqual(['ok', 1]);
  await begin(1);
  expect(await begin(1)).toEqual(['ok', 2]);
  expect(await redis.xlen(events)).toBe(2);
});

test('both keys expire together, and stay while the job is going on', async () => {
  await write({
    id: 'a',
    fence: 'new',
    expireMs: 60_000,
    fields: { state: 'queued', attempts: '0' },
    events: ['1'],
  });
  for (const key of [record, events]) expect(await redis.pttl(key)).toBeGreaterThan(0);
  await write({ id: 'b', fence: 0 });
  for (const key of [record, events]) expect(await redis.pttl(key)).toBe(-1);
});

test('each write is announced with how far the job is', async () => {
  const subscriber = openRedis(server.address, 'test-subscriber');
  await once(subscriber, 'ready');
  await subscriber.subscribe(events);
  const heard: string[] = [];
  subscriber.on('message', (_channel, message) => heard.push(message));
  await accept();
  await begin(1);
  // Messages come in the order of publication, so the last one says that all have come.
  const last = once(subscriber, 'message');
  await redis.publish(events, 'end');
  await last;
  while (heard.at(-1) !== 'end') await once(subscriber, 'message');
  expect(heard).toEqual(['1 queued', '2 running', 'end']);
  subscriber.disconnect();
});
