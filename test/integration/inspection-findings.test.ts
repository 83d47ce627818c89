import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../src/authz/findings/finding.ts';
import { createFindingStore } from '../../src/authz/findings/store.ts';
import { openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis({ appendOnly: false });
  redis = openRedis(server.address, 'test');
  await once(redis, 'ready');
});
afterAll(async () => {
  redis?.disconnect();
  await server?.close();
});

const finding = (digest: string, tenant = 'acme'): Finding => ({
  ...{
    verdict: 'reject',
    shadow: false,
    score: 0.9,
    reasonClass: 'override',
    rules: ['r'],
    fields: ['prompt'],
  },
  ...{ digest, policy: 'default', tenant, client: 'service-a', tier: 'pro', route: 'submit', requestId: '1' },
});
const any = () => true;
let spaces = 0;
function open(now: () => number = Date.now) {
  spaces += 1;
  const keys = redisKeys(`findings-${spaces}`);
  return { store: createFindingStore(redis, keys, now), key: keys.inspectionFindings };
}

test('findings are read back, the newest first, a page at a time', async () => {
  const { store } = open();
  await store.add(['a', 'b', 'c'].map((digest) => finding(digest)));
  const first = await store.list(2, undefined, any);
  expect(first.findings.map(({ digest }) => digest)).toEqual(['c', 'b']);
  expect(first.findings[0]).toEqual({
    ...finding('c'),
    id: expect.stringMatching(/^\d+-\d+$/),
    at: expect.stringMatching(/^20\d\d-/),
  });
  const second = await store.list(2, first.next, any);
  expect(second).toMatchObject({ findings: [{ digest: 'a' }], next: undefined });
});

test('those that are wanted are found among others', async () => {
  const { store } = open();
  await store.add(Array.from({ length: 500 }, (_, at) => finding(String(at), at === 3 ? 'rare' : 'acme')));
  const { findings } = await store.list(10, undefined, ({ tenant }) => tenant === 'rare');
  expect(findings.map(({ digest }) => digest)).toEqual(['3']);
});

test('there are never many more than are kept, and they go when they are old', async () => {
  let nowMs = Date.now();
  const { store, key } = open(() => nowMs);
  for (let batch = 0; batch < 30; batch += 1) {
    await store.add(Array.from({ length: 100 }, (_, at) => finding(`${batch}-${at}`)));
  }
  // XTRIM with ~ takes whole nodes of 100 entries.
  expect(await redis.xlen(key)).toBeLessThanOrEqual(2_100);
  expect(await redis.pttl(key)).toBeGreaterThan(6 * 24 * 3_600_000);
  nowMs += 8 * 24 * 3_600_000;
  await store.add([finding('new')]);
  expect(await redis.xlen(key)).toBeLessThanOrEqual(101);
});

test('what cannot be read is passed over', async () => {
  const { store, key } = open();
  await redis.xadd(key, '*', 'finding', 'no json');
  await redis.xadd(key, '*', 'finding', '{"verdict":"maybe"}');
  await store.add([finding('a')]);
  expect((await store.list(10, undefined, any)).findings.map(({ digest }) => digest)).toEqual(['a']);
});
