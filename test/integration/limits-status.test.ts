import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RulesReport } from '../../src/ratelimit/index.ts';
import { createSharedRulesStatus } from '../../src/ratelimit/status/shared-status.ts';
import { openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'test-status');
  await once(redis, 'ready');
});
afterAll(async () => {
  redis?.disconnect();
  await server?.close();
});

/** Each test has keys of its own, so that none sees what another told. */
let keys: ReturnType<typeof redisKeys>;
let tests = 0;
beforeEach(() => {
  tests += 1;
  keys = redisKeys(`test-${tests}`);
});

const shared = (forgetAfterMs = 60_000, maxProcesses = 10) =>
  createSharedRulesStatus(redis, keys, { forgetAfterMs, maxProcesses });
const report = (process: string, more: Partial<RulesReport> = {}): RulesReport => ({
  ...{ process, role: 'ratelimit', host: 'one', source: 'files', domains: 1, limits: 2 },
  ...{ loadedAt: '2026-01-01T00:00:00.000Z', files: { count: 1, names: ['/a.yaml'] } },
  ...{ warnings: { count: 0, problems: [] }, ...more },
});
const processes = async () => (await shared().list()).processes.map(({ process }) => process);

test('what a process tells takes the place of what it told before; those that refused come first', async () => {
  const refused = {
    since: '2026-01-02T00:00:00.000Z',
    at: '2026-01-02T00:00:00.000Z',
    count: 0,
    problems: [],
  };
  for (const each of [report('a'), report('b'), report('b', { refused })]) await shared().tell(each);
  expect(await shared().list()).toEqual({ processes: [report('b', { refused }), report('a')] });
  await shared().tell(report('b'));
  expect(await processes()).toEqual(['a', 'b']);
});

test('a process that takes leave is forgotten at once', async () => {
  await shared().tell(report('a'));
  await shared().tell(report('b'));
  await shared().forget('a');
  expect(await processes()).toEqual(['b']);
});

test('a process that says nothing any more is forgotten, also while others go on', async () => {
  await shared().tell(report('lives'));
  await shared(50).tell(report('dead'));
  await until(async () => !(await processes()).includes('dead'), 'the dead one is forgotten');
  await shared().tell(report('lives'));
  expect(await processes()).toEqual(['lives']);
  expect(await redis.hkeys(keys.rulesStatus)).toEqual(['lives']);
});

test('where none tells anything any more Redis keeps nothing of it', async () => {
  await shared(50).tell(report('a'));
  await until(
    async () => (await redis.exists(keys.rulesStatus, keys.rulesStatusExpiry)) === 0,
    'the keys have expired',
  );
});

test('of more processes than are kept those heard of last stay', async () => {
  // Told to be kept for longer, as if heard of later.
  for (const [index, process] of ['a', 'b', 'c'].entries()) {
    await shared(60_000 + index * 1_000, 2).tell(report(process));
  }
  expect(await processes()).toEqual(['b', 'c']);
  expect(await redis.hlen(keys.rulesStatus)).toBe(2);
});

test('what another version told and cannot be read is left out', async () => {
  await shared().tell(report('a'));
  await shared().tell({ process: 'new' } as RulesReport);
  expect(await processes()).toEqual(['a']);
});
