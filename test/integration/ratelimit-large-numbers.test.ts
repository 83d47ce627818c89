import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const COMPATIBLE = `
domain: shop
descriptors:
  - {key: client, rate_limit: {unit: day, requests_per_unit: 20, name: client-day}}
`;
const ALGORITHMS = `
domain: wide
gatehouse: {denied: consume}
descriptors:
  - {key: bucket, rate_limit: {unit: year, requests_per_unit: 1, algorithm: token_bucket, burst: 1}}
  - {key: sliding, rate_limit: {unit: minute, requests_per_unit: 10, algorithm: sliding_window}}
  - {key: other, rate_limit: {unit: minute, requests_per_unit: 10}}
`;
/** The largest that the wire takes, or nearly. */
const HITS = { hitsAddend: { value: 1.8e19 } };

describe('numbers beyond every limit', () => {
  let redis: TestRedis;
  let service: TestRatelimit & { close(): Promise<void> };
  const overLimitHits = async () => {
    const answer = await fetch(`${service.httpUrl}/metrics`);
    expect(answer.status).toBe(200);
    const lines = (await answer.text()).split('\n');
    return lines.filter((line) => line.startsWith('gatehouse_ratelimit_over_limit_hits_total{'));
  };

  beforeAll(async () => {
    redis = await startTestRedis();
    const set = ['ratelimit.onStoreFailure=local', 'ratelimit.local.share=0.5'];
    service = await startTestRatelimit({ redis: redis.address, rules: [COMPATIBLE, ALGORITHMS], set });
  });
  afterAll(async () => {
    await service?.close();
    await redis?.close();
  });

  it.each(['bucket', 'sliding', 'other'])(
    'hits are refused by %s, and nobody else’s request',
    async (key) => {
      const [refused, other] = await Promise.all([
        service.check({ domain: 'wide', descriptors: [descriptor({ [key]: 'greedy' }, HITS)] }),
        service.check({ domain: 'wide', descriptors: [descriptor({ other: `beside-${key}` })] }),
      ]);
      expect([refused.overallCode, other.overallCode]).toEqual(['OVER_LIMIT', 'OK']);
      expect(await overLimitHits()).not.toEqual([]);
    },
  );

  it('a window that Redis has no time for fails nobody’s request', async () => {
    const limit = { requestsPerUnit: 1, unit: 'YEAR', unitMultiplier: { value: 2 ** 32 - 1 } };
    const answers = await Promise.all([
      service.check({ domain: 'shop', descriptors: [descriptor({ client: 'a' }, { limit })] }),
      service.check({ domain: 'shop', descriptors: [descriptor({ client: 'b' })] }),
    ]);
    expect(answers.map(({ overallCode }) => overallCode)).toEqual(['OK', 'OK']);
  });

  it('metrics are served while this process refuses by its share of the limits', async () => {
    await redis.kill();
    const request = { domain: 'shop', descriptors: [descriptor({ client: 'service-a' })] };
    const isRefused = async () => (await service.check(request)).overallCode === 'OVER_LIMIT';
    await until(isRefused, 'the share is used up');
    expect((await overLimitHits()).filter((line) => line.includes('rule="client"'))).toHaveLength(1);
  });
});
