import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { descriptor, startTestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const RULES = `domain: shop
descriptors:
  - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}
`;

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.close());

it('hits are told by rule, and a full bucket is refused without Redis where a local cache is kept', async () => {
  const service = await startTestRatelimit({
    redis: redis.address,
    rules: [RULES],
    set: ['ratelimit.localCache=64KiB', 'ratelimit.expirationJitter=60s', 'envoy.ratelimitTimeout=10s'],
  });
  onTestFinished(() => service.close());
  const request = { domain: 'shop', descriptors: [descriptor({ client: 'a' })] };
  const codes: string[] = [];
  for (let n = 0; n < 7; n += 1) codes.push((await service.check(request)).overallCode);
  expect(codes.join()).toBe('OK,OK,OK,OK,OK,OVER_LIMIT,OVER_LIMIT');
  await redis.kill();
  onTestFinished(() => redis.start());
  // Nobody else can say so now.
  expect((await service.check(request)).overallCode).toBe('OVER_LIMIT');
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  const labels = '{domain="shop",rule="client"}';
  expect(text).toContain(`gatehouse_ratelimit_hits_total${labels} 8`);
  expect(text).toContain(`gatehouse_ratelimit_within_limit_hits_total${labels} 5`);
  expect(text).toContain(`gatehouse_ratelimit_near_limit_hits_total${labels} 1`);
  expect(text).toContain(`gatehouse_ratelimit_over_limit_hits_total${labels} 3`);
  expect(text).toContain('gatehouse_ratelimit_requests_total{result="over_limit"} 3');
  expect(text).toContain('gatehouse_ratelimit_local_cache_hits_total 2');
});
