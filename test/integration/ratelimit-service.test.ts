import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const RULES = `
domain: shop
descriptors:
  - {key: client, rate_limit: {unit: day, requests_per_unit: 1, name: client-day}}
`;

let redis: TestRedis;
let service: TestRatelimit & { close(): Promise<void> };

beforeAll(async () => {
  redis = await startTestRedis();
  service = await startTestRatelimit({ redis: redis.address, rules: [RULES] });
});
afterAll(async () => {
  await service?.close();
  await redis?.close();
});

describe('the rate limit service on the wire', () => {
  it('answers a client that only knows the .proto files', async () => {
    const request = { domain: 'shop', descriptors: [descriptor({ client: 'service-a' })] };
    const passed = await service.check(request);
    expect(passed).toMatchObject({
      overallCode: 'OK',
      statuses: [
        {
          code: 'OK',
          currentLimit: { name: 'client-day', requestsPerUnit: 1, unit: 'DAY' },
          limitRemaining: 0,
        },
      ],
      responseHeadersToAdd: [],
    });
    expect(passed.rawBody).toHaveLength(0);
    expect(passed.statuses[0]?.durationUntilReset?.seconds).toBeGreaterThan(0);
    expect(passed.statuses[0]?.durationUntilReset?.seconds).toBeLessThanOrEqual(86_400);

    const refused = await service.check(request);
    const { seconds } = refused.statuses[0]?.durationUntilReset ?? {};
    expect(refused).toMatchObject({
      overallCode: 'OVER_LIMIT',
      responseHeadersToAdd: [{ key: 'content-type', value: 'application/problem+json' }],
    });
    expect(JSON.parse(refused.rawBody.toString())).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      code: 'rate_limited',
      error: 'Rate limit exceeded',
      detail: `client-day allows 1 request per day; try again in ${seconds} s`,
      retryAfter: seconds,
      limit: 'client-day',
      window: 86_400,
    });
  });

  it('says that it is healthy, as a whole and as a service', async () => {
    expect(await service.health('')).toBe('SERVING');
    expect(await service.health('envoy.service.ratelimit.v3.RateLimitService')).toBe('SERVING');
  });

  it('answers a request that makes no sense with an error, not with a code', async () => {
    const client = [descriptor({ client: 'service-b' })];
    await expect(service.check({ domain: '', descriptors: client })).rejects.toMatchObject({ code: 13 });
    await expect(service.check({ domain: 'shop', descriptors: [] })).rejects.toMatchObject({ code: 13 });
    const limit = { requestsPerUnit: 1, unit: 'UNKNOWN' };
    await expect(
      service.check({ domain: 'shop', descriptors: [descriptor({ client: 'service-b' }, { limit })] }),
    ).rejects.toMatchObject({ code: 13 });
  });
});

describe('the overall code is never UNKNOWN, which Envoy would let pass', () => {
  const known = descriptor({ client: 'service-c' });
  const unknown = descriptor({ nobody: 'knows' });
  const override = (limit: { requestsPerUnit: number; unit: string }) =>
    descriptor({ client: 'service-d' }, { limit });

  it.each([
    ['of a domain without rules', { domain: 'elsewhere', descriptors: [known] }, 'OK'],
    ['that meets no rule', { domain: 'shop', descriptors: [unknown] }, 'OK'],
    ['without entries', { domain: 'shop', descriptors: [descriptor({})] }, 'OK'],
    ['that meets a rule', { domain: 'shop', descriptors: [known, unknown] }, 'OK'],
    ['over its limit', { domain: 'shop', descriptors: [known] }, 'OVER_LIMIT'],
    ['that only asks', { domain: 'shop', descriptors: [{ ...unknown, hitsAddend: { value: 0 } }] }, 'OK'],
    [
      'with a limit of its own',
      { domain: 'shop', descriptors: [override({ requestsPerUnit: 0, unit: 'MINUTE' })] },
      'OVER_LIMIT',
    ],
    [
      'with a limit of no unit',
      { domain: 'shop', descriptors: [override({ requestsPerUnit: 1, unit: 'UNKNOWN' })] },
      'INTERNAL',
    ],
    ['of no domain', { domain: '', descriptors: [known] }, 'INTERNAL'],
    ['without descriptors', { domain: 'shop', descriptors: [] }, 'INTERNAL'],
  ])('for a request %s', async (_, request, expected) => {
    const code = await service.check(request).then(
      ({ overallCode, statuses }) => {
        expect(statuses).toHaveLength(request.descriptors.length);
        expect(statuses.map((status) => status.code)).not.toContain('UNKNOWN');
        return overallCode;
      },
      (error: { code: number }) => (error.code === 13 ? 'INTERNAL' : error),
    );
    expect(code).toBe(expected);
  });
});

describe('the rate limit service does not start', () => {
  it('on a port that is in use, and says which setting names it', async () => {
    const address = `127.0.0.1:${service.port}`;
    await expect(
      startTestRatelimit({ redis: redis.address, rules: [RULES], set: [`listen.ratelimit=${address}`] }),
    ).rejects.toThrow(`listen.ratelimit ${address} cannot be used: `);
  });

  it('with rules that are wrong, and says where', async () => {
    await expect(
      startTestRatelimit({ redis: redis.address, rules: ['domain: d\ndescriptors: 5\n'] }),
    ).rejects.toThrow('rules-0.yaml:2:14: descriptors: expected a list, got "5"');
  });
});
