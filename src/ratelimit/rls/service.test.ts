import { describe, expect, it } from 'vitest';
import { redisKeys } from '../../redis/index.ts';
import type { Limiter } from '../limiter/limiter.ts';
import { NO_OVERRIDES } from '../overrides/override-set.ts';
import { compileRules } from '../rules/compile.ts';
import { parseRules } from '../rules/parse.ts';
import type { RateLimitResponse } from './message.ts';
import { rateLimitService } from './service.ts';

const { domain } = parseRules(
  'rules.yaml',
  'domain: shop\ndescriptors: [{key: client, rate_limit: {unit: day, requests_per_unit: 1}}]\n',
);
const { rules } = compileRules(domain ? [domain] : []);

function serve(check: Limiter['check'], onStoreFailure: 'deny' | 'allow') {
  const told: unknown[] = [];
  const { methods } = rateLimitService({
    rules,
    overrides: () => NO_OVERRIDES,
    observe: () => {},
    keys: redisKeys('test'),
    limiter: { check },
    onStoreFailure,
    storeFailures: { failed: (error) => void told.push(error), succeeded() {} },
  });
  const answer = async (): Promise<RateLimitResponse> => {
    const entries = [{ key: 'client', value: 'service-a' }];
    const descriptors = [{ entries, limit: null, hits_addend: null, is_negative_hits: false }];
    const call = { metadata: () => undefined, signal: new AbortController().signal };
    return (await methods.ShouldRateLimit?.({ domain: 'shop', descriptors, hits_addend: 0 }, call)) as never;
  };
  return { answer, told };
}

describe.each(['deny', 'allow'] as const)('with onStoreFailure %s', (policy) => {
  it.each([
    new TypeError('x is undefined'),
    new RangeError('expected 2 results, got 1'),
    Object.assign(new Error('WRONGTYPE Operation against a key'), { name: 'ReplyError' }),
  ])('%s is a bug: no answer by policy, and not told as an absent store', async (bug) => {
    const { answer, told } = serve(() => Promise.reject(bug), policy);
    await expect(answer()).rejects.toBe(bug);
    expect(told).toEqual([]);
  });
});

it.each([
  new Error('Connection is closed.'),
  new Error('Redis did not answer in 350 ms'),
  Object.assign(new Error('LOADING Redis is loading the dataset in memory'), { name: 'ReplyError' }),
])('%s is answered by policy', async (away) => {
  const allowing = serve(() => Promise.reject(away), 'allow');
  expect(await allowing.answer()).toEqual({ overall_code: 'OK', statuses: [{ code: 'OK' }] });
  expect(allowing.told).toEqual([away]);
  const denying = serve(() => Promise.reject(away), 'deny');
  await expect(denying.answer()).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(denying.told).toEqual([away]);
});
