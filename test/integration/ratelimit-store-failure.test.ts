import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const RULES = `
domain: shop
descriptors:
  - {key: client, rate_limit: {unit: day, requests_per_unit: 1000, name: client-day}}
`;
const request = { domain: 'shop', descriptors: [descriptor({ client: 'service-a' })] };
const INTERNAL = 13;

/** A logger, and its lines as [message, code, count]. */
function recordedByCode() {
  const { logger, lines } = recordingLogger();
  const withCode = (wanted: string) =>
    lines.filter(({ code }) => code === wanted).map(({ message, code, count }) => [message, code, count]);
  return { logger, withCode };
}

async function outcomeOf(service: TestRatelimit): Promise<unknown> {
  return service.check(request).then(
    ({ overallCode }) => overallCode,
    (error: { code: number; details: string }) => [error.code, error.details],
  );
}

describe.each([
  { policy: 'deny', outcome: [INTERNAL, 'internal error'] },
  { policy: 'allow', outcome: 'OK' },
])('with onStoreFailure $policy', ({ policy, outcome }) => {
  const log = recordedByCode();
  let redis: TestRedis;
  let service: TestRatelimit & { close(): Promise<void> };

  beforeAll(async () => {
    redis = await startTestRedis();
    service = await startTestRatelimit({
      redis: redis.address,
      rules: [RULES],
      set: [`ratelimit.onStoreFailure=${policy}`, 'envoy.ratelimitTimeout=1s'],
      logger: log.logger,
    });
  });
  afterAll(async () => {
    await service?.close();
    await redis?.close();
  });

  it('every request is answered by policy while Redis is away', async () => {
    expect((await service.check(request)).statuses[0]?.limitRemaining).toBe(999);
    await redis.kill();
    await until(
      async () => JSON.stringify(await outcomeOf(service)) === JSON.stringify(outcome),
      'Redis is missed',
    );
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcomeOf(service)));
    expect(new Set(outcomes.map((seen) => JSON.stringify(seen)))).toEqual(new Set([JSON.stringify(outcome)]));
  });

  it('the failures are logged once, not for each request', () => {
    // Changed limits cannot be read either, which is told apart.
    const told = log.withCode('store_unavailable').filter(([message]) => /^requests/.test(String(message)));
    expect(told).toEqual([
      [
        `requests cannot be counted in Redis; the policy is ${policy}, where a domain has no other`,
        'store_unavailable',
        1,
      ],
    ]);
  });

  it('requests are counted again when Redis is back, from where it was', async () => {
    await redis.start();
    await until(async () => {
      const answer = await service.check(request).catch(() => undefined);
      return answer?.statuses[0]?.currentLimit != null;
    }, 'requests are counted again');
    expect((await service.check(request)).statuses[0]?.limitRemaining).toBeLessThan(999);
    const recovered = log.withCode('store_unavailable').at(-1);
    expect(recovered?.[0]).toBe('requests are counted in Redis again');
    expect(recovered?.[2]).toBeGreaterThan(100);
  });

  it("a request is answered before Envoy's own deadline when Redis hangs", async () => {
    const operator = openRedis(redis.address, 'test');
    await until(() => operator.status === 'ready', 'Redis is ready');
    await operator.call('CLIENT', 'PAUSE', '1500');
    const started = performance.now();
    expect(await outcomeOf(service)).toEqual(outcome);
    expect(performance.now() - started).toBeLessThan(1000);
    await until(async () => {
      const answer = await service.check(request).catch(() => undefined);
      return answer?.statuses[0]?.currentLimit != null;
    }, 'requests are counted again');
    operator.disconnect();
  });
});

describe('with onStoreFailure allow, by which only an absent Redis is excused', () => {
  const log = recordedByCode();
  let redis: TestRedis;
  let service: TestRatelimit & { close(): Promise<void> };
  let operator: Redis;

  beforeAll(async () => {
    redis = await startTestRedis();
    service = await startTestRatelimit({
      redis: redis.address,
      rules: [RULES],
      set: ['ratelimit.onStoreFailure=allow'],
      logger: log.logger,
    });
    operator = openRedis(redis.address, 'test');
    await until(() => operator.status === 'ready', 'Redis is ready');
  });
  afterAll(async () => {
    operator?.disconnect();
    await service?.close();
    await redis?.close();
  });

  it('a script that fails is an error, and logged', async () => {
    await operator.call('ACL', 'SETUSER', 'default', '-set', '-incrby');
    expect(await outcomeOf(service)).toEqual([INTERNAL, 'internal error']);
    await operator.call('ACL', 'SETUSER', 'default', '+set', '+incrby');
    expect(log.withCode('internal_error')).toHaveLength(1);
    expect(log.withCode('store_unavailable')).toEqual([]);
  });

  it('a Redis that is full is answered by policy', async () => {
    await operator.config('SET', 'maxmemory', '1');
    expect(await outcomeOf(service)).toBe('OK');
    await operator.config('SET', 'maxmemory', '0');
    expect(log.withCode('store_unavailable')[0]?.[0]).toBe(
      'requests cannot be counted in Redis; the policy is allow, where a domain has no other',
    );
  });

  it('a Redis that became a replica is answered by policy, and counted in again as a master', async () => {
    const admin = openRedis(redis.address, 'test-admin');
    await until(() => admin.status === 'ready', 'Redis is ready');
    await admin.call('REPLICAOF', '127.0.0.1', '1');
    expect(await outcomeOf(service)).toBe('OK');
    await admin.call('REPLICAOF', 'NO', 'ONE');
    admin.disconnect();
    const keys = () => operator.keys('*:limit:*');
    await operator.flushall();
    await until(
      async () => (await outcomeOf(service)) === 'OK' && (await keys()).length > 0,
      'requests are counted in Redis again',
    );
  });
});

describe('a rate limit service that starts before Redis', () => {
  it('serves by policy until Redis is there', async () => {
    const redis = await startTestRedis();
    await redis.kill();
    const service = await startTestRatelimit({
      redis: redis.address,
      rules: [RULES],
      set: ['ratelimit.onStoreFailure=allow'],
    });
    try {
      expect((await service.check(request)).statuses[0]).toMatchObject({ code: 'OK', currentLimit: null });
      await redis.start();
      await until(
        async () => (await service.check(request)).statuses[0]?.currentLimit?.name === 'client-day',
        'requests are counted',
      );
    } finally {
      await service.close();
      await redis.close();
    }
  });
});
