import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

/** Days, so that no window ends while a test runs. */
const RULES = `
domain: shop
gatehouse: {denied: free}
descriptors:
  - {key: client, rate_limit: {unit: day, requests_per_unit: 50, name: client-day}}
  - {key: tenant, rate_limit: {unit: day, requests_per_unit: 3, name: tenant-day}}
  - {key: quick, rate_limit: {unit: second, requests_per_unit: 1, name: quick-second}}
  - {key: trial, shadow_mode: true, rate_limit: {unit: day, requests_per_unit: 1, name: trial-day}}
  - {key: monitor, rate_limit: {unlimited: true}}
`;

/** The same rules as envoyproxy/ratelimit reads them. */
const COMPATIBLE = `
domain: market
descriptors:
  - {key: client, rate_limit: {unit: day, requests_per_unit: 50}}
  - {key: tenant, rate_limit: {unit: day, requests_per_unit: 3}}
`;

type Service = TestRatelimit & { close(): Promise<void> };
let server: TestRedis;
let redis: Redis;
let first: Service;
let second: Service;

beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'test');
  await until(() => redis.status === 'ready', 'Redis is ready');
  [first, second] = (await Promise.all(
    [1, 2].map(() => startTestRatelimit({ redis: server.address, rules: [RULES, COMPATIBLE] })),
  )) as [Service, Service];
});
afterAll(async () => {
  redis?.disconnect();
  await first?.close();
  await second?.close();
  await server?.close();
});
beforeEach(async () => {
  await redis.flushall();
});

const shop = (...descriptors: Parameters<TestRatelimit['check']>[0]['descriptors']) => ({
  domain: 'shop',
  descriptors,
});

/** Codes of the answers to n requests, one after the other. */
async function codes(n: number, request: Parameters<TestRatelimit['check']>[0]): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < n; i += 1) seen.push((await first.check(request)).overallCode);
  return seen;
}

describe('two rate limit services on one Redis', () => {
  it('admit exactly the limit between them, however many ask at once', async () => {
    const request = shop(descriptor({ client: 'service-a' }));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? first : second).check(request)),
    );
    expect(answers.filter(({ overallCode }) => overallCode === 'OK')).toHaveLength(50);
    expect(answers.filter(({ overallCode }) => overallCode === 'OVER_LIMIT')).toHaveLength(150);
    const remaining = answers
      .filter(({ overallCode }) => overallCode === 'OK')
      .map(({ statuses }) => statuses[0]?.limitRemaining);
    expect(remaining.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('keep the buckets of clients apart', async () => {
    await first.check({ ...shop(descriptor({ client: 'service-a' })), hitsAddend: 50 });
    expect((await second.check(shop(descriptor({ client: 'service-a' })))).overallCode).toBe('OVER_LIMIT');
    expect((await second.check(shop(descriptor({ client: 'service-b' })))).overallCode).toBe('OK');
  });

  it('ask Redis once for all checks that come in together', async () => {
    const scriptCalls = async () => {
      const stats = await redis.info('commandstats');
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    await first.check(shop(descriptor({ client: 'warm-up' })));
    const before = await scriptCalls();
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        first.check(shop(descriptor({ client: `service-${index}` }))),
      ),
    );
    expect((await scriptCalls()) - before).toBeLessThan(25);
    expect(await redis.keys('*:limit:*')).toHaveLength(101);
  });
});

describe('a denied request', () => {
  it('consumes nothing in any of its descriptors', async () => {
    await codes(3, shop(descriptor({ tenant: 'acme' })));
    const denied = await first.check(
      shop(descriptor({ client: 'service-a' }), descriptor({ tenant: 'acme' }), descriptor({ quick: 'x' })),
    );
    expect(denied.overallCode).toBe('OVER_LIMIT');
    expect(denied.statuses.map(({ code, limitRemaining }) => [code, limitRemaining])).toEqual([
      ['OK', 50],
      ['OVER_LIMIT', 0],
      ['OK', 1],
    ]);
    expect(await redis.keys('*service-a*')).toEqual([]);
    expect(await redis.keys('*quick*')).toEqual([]);
  });
});

describe('in a compatible file', () => {
  const market = (...descriptors: Parameters<TestRatelimit['check']>[0]['descriptors']) => ({
    domain: 'market',
    descriptors,
  });

  it('a denied request consumes in all of its descriptors', async () => {
    const request = market(descriptor({ client: 'service-a' }), descriptor({ tenant: 'acme' }));
    expect(await codes(4, request)).toEqual(['OK', 'OK', 'OK', 'OVER_LIMIT']);
    const denied = await first.check(request);
    expect(denied.statuses.map(({ code, limitRemaining }) => [code, limitRemaining])).toEqual([
      ['OK', 45],
      ['OVER_LIMIT', 0],
    ]);
  });

  it('hits of 0 are not over the limit where it is only just reached', async () => {
    const peek = market(descriptor({ tenant: 'acme' }, { hitsAddend: { value: 0 } }));
    await codes(3, market(descriptor({ tenant: 'acme' })));
    expect((await first.check(peek)).statuses[0]).toMatchObject({ code: 'OK', limitRemaining: 0 });
    await first.check(market(descriptor({ tenant: 'acme' })));
    expect((await first.check(peek)).statuses[0]).toMatchObject({ code: 'OVER_LIMIT', limitRemaining: 0 });
  });
});

describe('a bucket', () => {
  it('is empty again in its next window, and gone from Redis when it has ended', async () => {
    const request = shop(descriptor({ quick: 'x' }));
    await until(
      async () => (await first.check(request)).overallCode === 'OVER_LIMIT',
      'the second is used up',
    );
    await until(async () => (await first.check(request)).overallCode === 'OK', 'a new second begins', 3000);
    await until(async () => (await redis.keys('*quick*')).length === 0, 'the bucket has expired', 3000);
  });

  it('expires within its unit, whatever it counts', async () => {
    await first.check(shop(descriptor({ client: 'service-a' }), descriptor({ tenant: 'acme' })));
    const keys = await redis.keys('*:limit:*');
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      const ttlMs = await redis.pttl(key);
      expect(ttlMs).toBeGreaterThan(0);
      expect(ttlMs).toBeLessThanOrEqual(86_400_000);
    }
  });
});

describe('hits', () => {
  it('of 0 look without charging', async () => {
    const peek = shop(descriptor({ tenant: 'acme' }, { hitsAddend: { value: 0 } }));
    expect((await first.check(peek)).statuses[0]).toMatchObject({ code: 'OK', limitRemaining: 3 });
    expect(await redis.keys('*:limit:*')).toEqual([]);
    await codes(3, shop(descriptor({ tenant: 'acme' })));
    expect((await first.check(peek)).statuses[0]).toMatchObject({ code: 'OVER_LIMIT', limitRemaining: 0 });
  });

  it('of a descriptor go before those of the request', async () => {
    const request = {
      ...shop(
        descriptor({ client: 'service-a' }),
        descriptor({ tenant: 'acme' }, { hitsAddend: { value: 2 } }),
      ),
      hitsAddend: 10,
    };
    const { statuses } = await first.check(request);
    expect(statuses.map(({ limitRemaining }) => limitRemaining)).toEqual([40, 1]);
  });

  it('that are negative give back', async () => {
    await codes(3, shop(descriptor({ tenant: 'acme' })));
    await first.check(
      shop(descriptor({ tenant: 'acme' }, { hitsAddend: { value: 2 }, isNegativeHits: true })),
    );
    expect(await codes(3, shop(descriptor({ tenant: 'acme' })))).toEqual(['OK', 'OK', 'OVER_LIMIT']);
  });
});

describe('an override', () => {
  it('takes the place of the rule, in a known domain', async () => {
    const limit = { requestsPerUnit: 1, unit: 'YEAR' };
    const request = shop(descriptor({ client: 'service-a' }, { limit }));
    expect((await first.check(request)).statuses[0]).toMatchObject({
      code: 'OK',
      currentLimit: { name: '', requestsPerUnit: 1, unit: 'YEAR' },
    });
    expect((await first.check(request)).overallCode).toBe('OVER_LIMIT');
    expect((await first.check({ ...request, domain: 'elsewhere' })).overallCode).toBe('OK');
  });
});

describe('no limit', () => {
  it('holds in an unknown domain, without a rule, and where the rule is unlimited', async () => {
    expect(
      (await first.check({ domain: 'elsewhere', descriptors: [descriptor({ client: 'a' })] })).statuses,
    ).toEqual([{ code: 'OK', currentLimit: null, limitRemaining: 0, durationUntilReset: null }]);
    const { overallCode, statuses } = await first.check(
      shop(descriptor({ other: 'a' }), descriptor({ client: 'a', more: 'b' }), descriptor({ monitor: 'm' })),
    );
    expect(overallCode).toBe('OK');
    expect(
      statuses.map(({ code, currentLimit, limitRemaining }) => [code, currentLimit, limitRemaining]),
    ).toEqual([
      ['OK', null, 0],
      ['OK', null, 0],
      ['OK', null, 4_294_967_295],
    ]);
    expect(await redis.keys('*:limit:*')).toEqual([]);
  });

  it('is enforced in shadow mode, though it is counted', async () => {
    const request = shop(descriptor({ trial: 'x' }));
    expect(await codes(3, request)).toEqual(['OK', 'OK', 'OK']);
    expect((await first.check(request)).statuses[0]).toMatchObject({
      code: 'OK',
      currentLimit: { name: 'trial-day' },
      limitRemaining: 0,
    });
  });
});
