import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type JobQueue, openQueue, type QueueEntry } from '../../src/jobs/queue/queue.ts';
import { openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

/** The queue by itself, against a real Redis: whose turn it is, and that a job is always in exactly one place. */
const NONE = Number.MAX_SAFE_INTEGER;
const LEASE_MS = 60_000;
let server: TestRedis;
let redis: Redis;
let queue: JobQueue;
let spaces = 0;
let keys: ReturnType<typeof redisKeys>;

beforeAll(async () => {
  server = await startTestRedis({ appendOnly: false });
  redis = openRedis(server.address, 'test');
  await once(redis, 'ready');
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
const openNew = () => {
  spaces += 1;
  keys = redisKeys(`test-${spaces}`);
  queue = openQueue(redis, keys);
};
beforeEach(openNew);
afterEach(async () => expectConsistent());

type Asked = Partial<Omit<QueueEntry, 'limits'> & QueueEntry['limits']>;

const enter = (jobId: string, asked: Asked = {}) => {
  const { maxQueued = NONE, maxQueuedPerTenant = NONE, maxQueuedPerClient = NONE } = asked;
  const { maxRunningPerTenant = NONE, maxRunningPerClient = NONE, ...entry } = asked;
  const { tenant = 'default', client = 'service-a', headStartMs = 0, maxWaitMs = 3_600_000 } = entry;
  return queue.enter({
    ...{ jobId, tenant, client, headStartMs, maxWaitMs },
    limits: { maxQueued, maxQueuedPerTenant, maxQueuedPerClient, maxRunningPerTenant, maxRunningPerClient },
    ...(entry.session !== undefined && { session: entry.session }),
    ...(entry.idempotency && { idempotency: entry.idempotency }),
  });
};
let tokens = 0;
async function take(leaseMs = LEASE_MS) {
  tokens += 1;
  const token = `token-${tokens}`;
  const { jobId } = await queue.take(token, leaseMs);
  return jobId === undefined ? undefined : { jobId, token };
}
async function takeAll(): Promise<string[]> {
  const taken: string[] = [];
  for (let lease = await take(); lease !== undefined; lease = await take()) taken.push(lease.jobId);
  return taken;
}

/** A job is in one place, and what is counted is what is there. */
async function expectConsistent(): Promise<void> {
  const [waiting, delayed, leases] = await Promise.all(
    [keys.queue.waiting, keys.queue.delayed, keys.queue.leases].map((key) => redis.zrange(key, '0', '-1')),
  );
  const all = [waiting, delayed, leases].flatMap((ids) => ids ?? []);
  expect(new Set(all).size).toBe(all.length);
  const entries = await redis.hgetall(keys.queue.entries);
  expect(Object.keys(entries).sort()).toEqual(all.sort());
  for (const jobId of await redis.hvals(keys.queue.sessions)) expect(all).toContain(jobId);
  expect((await redis.hkeys(keys.queue.holders)).sort()).toEqual([...(leases ?? [])].sort());
  const expected: Record<string, string> = {};
  const running = new Set(leases);
  for (const [jobId, text] of Object.entries(entries)) {
    const { tenant, client } = JSON.parse(text) as { tenant: string; client: string };
    const kind = running.has(jobId) ? 'running' : 'queued';
    for (const owner of [[tenant], [tenant, client]]) {
      const field = `${kind}${JSON.stringify(owner)}`;
      expected[field] = String(Number(expected[field] ?? 0) + 1);
    }
  }
  const { turn: _, ...counted } = await redis.hgetall(keys.queue.counts);
  expect(counted).toEqual(expected);
}

/** Whose turn it is, found by looking at all that wait. Nothing may be overdue or delayed. */
async function expectedNext(): Promise<string | undefined> {
  const [waiting, entries, counts, holders] = await Promise.all([
    redis.zrange(keys.queue.waiting, '0', '-1'),
    redis.hgetall(keys.queue.entries),
    redis.hgetall(keys.queue.counts),
    redis.hgetall(keys.queue.sessions),
  ]);
  const jobs = waiting.map((jobId) => ({ jobId, ...JSON.parse(entries[jobId] ?? '') }));
  const running = (owner: string[]) => Number(counts[`running${JSON.stringify(owner)}`] ?? 0);
  return jobs.find(({ jobId, tenant, client, runningPerTenant, runningPerClient, session }) => {
    // Of a conversation the one that has begun or else the first, also where a later one has higher caps.
    const front = holders[session] ?? jobs.find((other) => other.session === session)?.jobId;
    return (
      (session === undefined || jobId === front) &&
      running([tenant]) < runningPerTenant &&
      running([tenant, client]) < runningPerClient
    );
  })?.jobId;
}

test('jobs are taken in the order in which they came', async () => {
  for (let n = 0; n < 20; n += 1) await enter(`job-${n}`);
  expect(await takeAll()).toEqual(Array.from({ length: 20 }, (_, n) => `job-${n}`));
});

test('a job that is there already is not entered twice', async () => {
  expect(await enter('a')).toEqual({ kind: 'entered', position: 1 });
  await enter('b');
  expect(await enter('b')).toEqual({ kind: 'entered', position: 2 });
  expect(await takeAll()).toEqual(['a', 'b']);
});

test.each([
  ['queue_full', { maxQueued: 2 }, {}],
  ['tenant_full', { maxQueuedPerTenant: 2 }, { tenant: 'other' }],
  ['client_full', { maxQueuedPerClient: 2 }, { client: 'service-b' }],
] as const)('over its bound a job is %s', async (kind, limits, elsewhere) => {
  await enter('a', limits);
  await enter('b', limits);
  expect(await enter('c', limits)).toEqual({ kind });
  if (kind !== 'queue_full')
    expect(await enter('c', { ...limits, ...elsewhere })).toMatchObject({ kind: 'entered' });
  await take();
  expect(await enter('d', limits)).toMatchObject({ kind: 'entered' });
});

test('a client is told from another tenant’s that looks alike', async () => {
  await enter('a', { tenant: 'x', client: 'y","z', maxQueuedPerClient: 1 });
  expect(await enter('b', { tenant: 'x","y', client: 'z', maxQueuedPerClient: 1 })).toMatchObject({
    kind: 'entered',
  });
});

test('over the cap of its tenant a job waits, and others go past it', async () => {
  const capped = { tenant: 'small', maxRunningPerTenant: 1 };
  for (const jobId of ['a', 'b']) await enter(jobId, capped);
  await enter('c', { tenant: 'other' });
  const first = await take();
  expect(first?.jobId).toBe('a');
  expect((await take())?.jobId).toBe('c');
  expect(await take()).toBeUndefined();
  await queue.finish(first as never);
  expect((await take())?.jobId).toBe('b');
});

test('where a job of a full tenant is done, another client of it goes on', async () => {
  for (const client of ['x', 'y']) await enter(client, { tenant: 'small', client, maxRunningPerTenant: 1 });
  const first = await take();
  expect(await take()).toBeUndefined();
  await queue.finish(first as never);
  expect((await take())?.jobId).toBe('y');
});

test('over the cap of its client a job waits, however many are before it', async () => {
  for (let n = 0; n < 250; n += 1) await enter(`job-${n}`, { client: 'greedy', maxRunningPerClient: 1 });
  await enter('last', { client: 'modest' });
  expect([(await take())?.jobId, (await take())?.jobId, await take()]).toEqual(['job-0', 'last', undefined]);
});

test('a job with a head start goes first, unless another has waited that much longer', async () => {
  await enter('free');
  await enter('enterprise', { headStartMs: 60_000 });
  expect(await takeAll()).toEqual(['enterprise', 'free']);
  // As one that had come that much earlier.
  await enter('long ago', { headStartMs: 61_000 });
  await enter('lately', { headStartMs: 1_000 });
  await enter('again enterprise', { headStartMs: 60_000 });
  expect(await takeAll()).toEqual(['long ago', 'again enterprise', 'lately']);
});

test('whoever comes later, a job is overtaken only by those that came within the head start of others', async () => {
  const arrivals = fc.array(
    fc.record({ afterMs: fc.nat({ max: 30_000 }), headStartMs: fc.constantFrom(0, 10_000, 60_000) }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(arrivals, async (all) => {
      openNew();
      let at = 0;
      const jobs = all.map(({ afterMs, headStartMs }, n) => {
        at += afterMs;
        return { jobId: `job-${n}`, at, headStartMs };
      });
      const startedAtMs = performance.now();
      // As if each had come then, and all of them within a moment.
      for (const { jobId, at, headStartMs } of jobs) await enter(jobId, { headStartMs: headStartMs - at });
      const momentMs = Math.ceil(performance.now() - startedAtMs);
      const order = await takeAll();
      expect([...order].sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
      for (const job of jobs) {
        const before = new Set(order.slice(0, order.indexOf(job.jobId)));
        for (const other of jobs) {
          if (before.has(other.jobId))
            expect(other.at - job.at).toBeLessThanOrEqual(other.headStartMs - job.headStartMs + momentMs);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('whatever the caps and however runs end, every job is taken in the end', async () => {
  const job = fc.record({
    tenant: fc.constantFrom('a', 'b', 'c'),
    headStartMs: fc.constantFrom(0, 10_000, 60_000),
    session: fc.constantFrom(undefined, undefined, 'x', 'y'),
    retries: fc.nat({ max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(job, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      async (jobs, cap, places) => {
        openNew();
        const retries = new Map(jobs.map((each, n) => [`job-${n}`, each.retries]));
        for (const [n, { tenant, headStartMs, session }] of jobs.entries()) {
          const own = session === undefined ? {} : { session: `${tenant}-${session}` };
          await enter(`job-${n}`, { tenant, headStartMs, maxRunningPerTenant: cap, ...own });
        }
        const running: { jobId: string; token: string }[] = [];
        const done: string[] = [];
        // Each step takes a job or ends one, so there are no more than this.
        for (let step = 0; step < 8 * jobs.length && done.length < jobs.length; step += 1) {
          const taken = running.length < places ? await take() : undefined;
          if (taken) {
            running.push(taken);
            continue;
          }
          const ended = running.shift();
          if (ended === undefined) break;
          const left = retries.get(ended.jobId) ?? 0;
          retries.set(ended.jobId, left - 1);
          if (left > 0) await queue.putBack(ended, 0);
          else {
            await queue.finish(ended);
            done.push(ended.jobId);
          }
        }
        expect(done.sort()).toEqual(jobs.map((_, n) => `job-${n}`).sort());
        await expectConsistent();
      },
    ),
    { numRuns: 30 },
  );
});

test('a lease that ran out gives the job back at its old place, and its holder can do nothing more', async () => {
  await enter('a');
  await enter('b');
  const dead = await take();
  await redis.zadd(keys.queue.leases, 1, 'a');
  const again = await take();
  expect(again?.jobId).toBe('a');
  expect(await queue.putBack(dead as never, 0)).toBe(false);
  await queue.finish(dead as never);
  expect(await queue.renew('worker', 1, LEASE_MS, [dead as never, again as never])).toEqual(['a']);
});

test('a lease that is prolonged in time does not run out', async () => {
  await enter('a');
  const lease = await take(1);
  expect(await queue.renew('worker', 1, LEASE_MS, [lease as never])).toEqual([]);
  expect(await take()).toBeUndefined();
});

test('a job that is put back with a delay waits again when it is over, and counts as queued', async () => {
  await enter('a', { maxQueuedPerTenant: 1 });
  expect(await queue.putBack((await take()) as never, 100)).toBe(true);
  expect(await enter('b', { maxQueuedPerTenant: 1 })).toEqual({ kind: 'tenant_full' });
  expect(await queue.position('a')).toBeUndefined();
  const { jobId, nextInMs } = await queue.take('early', LEASE_MS);
  expect(jobId).toBeUndefined();
  expect(nextInMs).toBeGreaterThan(0);
  expect(nextInMs).toBeLessThanOrEqual(100);
  await until(async () => (await take())?.jobId === 'a', 'it is taken again');
});

test('a job is removed wherever it waits, but not from its worker', async () => {
  for (const jobId of ['a', 'b', 'c']) await enter(jobId);
  const held = await take();
  await queue.putBack((await take()) as never, 60_000);
  for (const jobId of ['a', 'b', 'c', 'unknown']) await queue.remove(jobId);
  expect(await take()).toBeUndefined();
  expect(await queue.renew('worker', 1, LEASE_MS, [held as never])).toEqual([]);
});

test('jobs that wait too long for their first worker are named, and no others', async () => {
  await enter('short', { maxWaitMs: -1_000 });
  await enter('begun', { maxWaitMs: -1_000, headStartMs: 1_000 });
  await enter('long');
  expect((await take())?.jobId).toBe('begun');
  expect(await queue.expired()).toEqual(['short']);
});

test('the outlook has who waits and runs, the places of living workers, and what jobs took', async () => {
  for (const jobId of ['a', 'b', 'c']) await enter(jobId);
  await queue.finish((await take()) as never, 1_234.4);
  await take();
  await queue.renew('one', 2, LEASE_MS, []);
  await queue.renew('two', 3, LEASE_MS, []);
  expect(await queue.outlook()).toEqual({ waiting: 1, running: 1, places: 5, durationsMs: [1_234] });
});

test('whatever happens in whatever order, each job is in one place and counted there', async () => {
  const step = fc.record({
    kind: fc.constantFrom('enter', 'enter', 'take', 'finish', 'put back', 'delay', 'remove', 'overdue'),
    job: fc.nat({ max: 15 }),
    tenant: fc.constantFrom('a', 'b'),
    client: fc.constantFrom('x', 'y'),
    session: fc.constantFrom(undefined, undefined, 's', 't'),
    headStartMs: fc.constantFrom(0, 10_000, 60_000),
    // Those of another tier are others for the same client.
    maxRunningPerClient: fc.constantFrom(1, 2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      openNew();
      const held: { jobId: string; token: string }[] = [];
      let isOverdue = false;
      for (const { kind, job, tenant, session, ...asked } of steps) {
        const lease = held[job % Math.max(1, held.length)];
        if (kind === 'enter') {
          const own = session === undefined ? {} : { session: `${tenant}-${asked.client}-${session}` };
          const caps = { maxRunningPerTenant: 2, maxQueuedPerTenant: 8 };
          await enter(`job-${job}`, { tenant, ...own, ...caps, ...asked });
        }
        if (kind === 'take') {
          const next = isOverdue ? undefined : await expectedNext();
          const taken = await take();
          if (!isOverdue) expect(taken?.jobId).toBe(next);
          isOverdue = false;
          if (taken) held.push(taken);
        }
        if (kind === 'finish' && lease) await queue.finish(lease);
        if (kind === 'put back' && lease) await queue.putBack(lease, 0);
        if (kind === 'delay' && lease) await queue.putBack(lease, 60_000);
        if (kind === 'remove') await queue.remove(`job-${job}`);
        if (kind === 'overdue' && lease) {
          await redis.zadd(keys.queue.leases, 'XX', 1, lease.jobId);
          isOverdue = true;
        }
        await expectConsistent();
        for (const owner of ['a', 'b']) {
          const running = await redis.hget(keys.queue.counts, `running${JSON.stringify([owner])}`);
          expect(Number(running ?? 0)).toBeLessThanOrEqual(2);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('nothing is left of lanes, gates and conversations once every job is done', async () => {
  for (let n = 0; n < 30; n += 1) {
    const owner = { tenant: `tenant-${n % 3}`, client: `client-${n % 5}`, maxRunningPerClient: 1 + (n % 2) };
    await enter(`job-${n}`, { ...owner, ...(n % 4 === 0 && { session: `session-${n % 5}` }) });
  }
  await queue.remove('job-7');
  const order: string[] = [];
  for (let lease = await take(); lease !== undefined; lease = await take()) {
    order.push(lease.jobId);
    await queue.finish(lease);
  }
  expect(order).toHaveLength(29);
  expect(await redis.keys(`test-${spaces}:*`)).toEqual([keys.queue.counts]);
});

test('a conversation’s later job goes first where its tier lets it, and never beside another', async () => {
  const session = 's';
  await enter('first', { session });
  await enter('ahead', { session, headStartMs: 60_000 });
  await enter('other');
  const lease = await take();
  expect(lease?.jobId).toBe('ahead');
  expect((await take())?.jobId).toBe('other');
  expect(await take()).toBeUndefined();
  await queue.finish(lease as never);
  expect((await take())?.jobId).toBe('first');
});

test('where the next job of a conversation is taken out, the one after it goes on', async () => {
  for (const jobId of ['a', 'b', 'c']) await enter(jobId, { session: 's' });
  await queue.remove('a');
  const lease = await take();
  expect(lease?.jobId).toBe('b');
  await queue.finish(lease as never);
  expect((await take())?.jobId).toBe('c');
});

test('the depth tells what is where, who works, and which job has waited longest', async () => {
  expect(await queue.depth()).toEqual({
    waiting: 0,
    delayed: 0,
    running: 0,
    workers: [],
    oldestWaiting: undefined,
  });
  await enter('first', { headStartMs: 0 });
  await enter('ahead', { headStartMs: 60_000 });
  await enter('delayed', { headStartMs: 120_000 });
  await queue.renew('one', 4, LEASE_MS, []);
  const lease = await take();
  expect(lease?.jobId).toBe('delayed');
  if (lease !== undefined) await queue.putBack(lease, 60_000);
  const running = await take();
  expect(await queue.depth()).toEqual({
    ...{ waiting: 1, delayed: 1, running: 1 },
    ...{ workers: [{ name: 'one', places: 4 }], oldestWaiting: 'first' },
  });
  if (running !== undefined) await queue.finish(running);
});

test('a worker that died is not told, also where no other lives', async () => {
  await queue.renew('dead', 4, 1, []);
  await until(async () => (await queue.depth()).workers.length === 0, 'it is taken for dead');
});
