import { describe, expect, it } from 'vitest';
import { redisKeys } from '../../redis/index.ts';
import type { RateLimitDescriptor, RateLimitRequest } from '../rls/message.ts';
import { compileRules } from '../rules/compile.ts';
import { parseRules } from '../rules/parse.ts';
import { createPlanner } from './plan.ts';

const { domain } = parseRules(
  'rules.yaml',
  `domain: shop
descriptors:
  - {key: client, rate_limit: {unit: minute, requests_per_unit: 5, name: client-minute}}
  - {key: client, value: monitor, rate_limit: {unlimited: true}}
  - {key: trial, shadow_mode: true, rate_limit: {unit: hour, requests_per_unit: 2}}
  - {key: path, value: "/files/*", share_threshold: true, rate_limit: {unit: hour, requests_per_unit: 2}}
  - {key: vip, rate_limit: {unit: minute, requests_per_unit: 9, replaces: [{name: client-minute}]}}
`,
);
const { rules } = compileRules(domain ? [domain] : []);
const planRequest = createPlanner(redisKeys('test'));

function descriptor(
  key: string,
  value: string,
  rest: Partial<RateLimitDescriptor> = {},
): RateLimitDescriptor {
  return { entries: [{ key, value }], limit: null, hits_addend: null, is_negative_hits: false, ...rest };
}

function plan(descriptors: RateLimitDescriptor[], rest: Partial<RateLimitRequest> = {}) {
  return planRequest(rules, { domain: 'shop', descriptors, hits_addend: 0, ...rest }, 'a-request');
}

const hits = (descriptors: RateLimitDescriptor[], requestHits: number) =>
  plan(descriptors, { hits_addend: requestHits }).check.buckets.map((bucket) => bucket.hits);

describe('the plan for a request', () => {
  it('charges each limited descriptor to a bucket of its own values', () => {
    const { check, descriptors } = plan([descriptor('client', 'service-a'), descriptor('trial', 'x')]);
    expect(check.buckets).toEqual([
      {
        key: 'test:limit:shop:{["client","service-a"]}:minute',
        limit: 5,
        algorithm: { kind: 'fixed_window', windowMs: 60_000 },
        denied: 'consume',
        shadowMode: false,
        hits: 1,
      },
      {
        key: 'test:limit:shop:{["trial","x"]}:hour',
        limit: 2,
        algorithm: { kind: 'fixed_window', windowMs: 3_600_000 },
        denied: 'consume',
        shadowMode: true,
        hits: 1,
      },
    ]);
    expect(descriptors.map((planned) => planned.kind === 'limited' && planned.firstBucket)).toEqual([0, 1]);
  });

  it('counts values that share a threshold in one bucket', () => {
    const keysOf = (...values: string[]) =>
      plan(values.map((value) => descriptor('path', value))).check.buckets.map(({ key }) => key);
    expect(keysOf('/files/a', '/files/b')).toEqual(
      Array(2).fill('test:limit:shop:{["path","/files/*"]}:hour'),
    );
  });

  it('leaves out a rule that another one of the request replaces', () => {
    const { check, descriptors } = plan([descriptor('client', 'a'), descriptor('vip', 'a')]);
    expect(check.buckets.map(({ key }) => key)).toEqual(['test:limit:shop:{["vip","a"]}:minute']);
    expect(descriptors.map(({ kind }) => kind)).toEqual(['replaced', 'limited']);
    expect(plan([descriptor('client', 'a')]).check.buckets).toHaveLength(1);
  });

  it('needs no bucket for an unlimited descriptor, one without a rule, or an unknown domain', () => {
    const mixed = plan([descriptor('client', 'monitor'), descriptor('other', 'x')]);
    expect(mixed).toEqual({
      descriptors: [{ kind: 'unlimited' }, { kind: 'no_rule' }],
      check: { buckets: [], dryRun: false },
    });
    expect(plan([descriptor('client', 'service-a')], { domain: 'elsewhere' }).check.buckets).toEqual([]);
  });

  it('takes the hits of the descriptor before those of the request, and 1 where neither says any', () => {
    const own = (value: number) => descriptor('client', 'a', { hits_addend: { value } });
    expect(hits([descriptor('client', 'a'), own(7), own(0)], 0)).toEqual([1, 7, 0]);
    expect(hits([descriptor('client', 'a'), own(7), own(0)], 3)).toEqual([3, 7, 0]);
  });

  it('gives hits back where they are negative', () => {
    expect(
      hits([descriptor('client', 'a', { hits_addend: { value: 4 }, is_negative_hits: true })], 0),
    ).toEqual([-4]);
  });

  it('takes an override for the limit where the domain is known', () => {
    const limit = { requests_per_unit: 42, unit: 'HOUR', unit_multiplier: null };
    expect(plan([descriptor('anything', 'x', { limit })]).check.buckets).toMatchObject([
      { limit: 42, algorithm: { windowMs: 3_600_000 }, key: 'test:limit:shop:{["anything","x"]}:hour' },
    ]);
    expect(plan([descriptor('trial', 'x', { limit })]).check.buckets).toMatchObject([
      { limit: 42, shadowMode: false },
    ]);
    expect(plan([descriptor('anything', 'x', { limit })], { domain: 'elsewhere' }).check.buckets).toEqual([]);
  });

  it('counts an override of several units in a window and a bucket of that length', () => {
    const limit = { requests_per_unit: 42, unit: 'MINUTE', unit_multiplier: { value: 10 } };
    expect(plan([descriptor('client', 'x', { limit })]).check.buckets).toMatchObject([
      { algorithm: { windowMs: 600_000 }, key: 'test:limit:shop:{["client","x"]}:10minute' },
    ]);
  });

  it('keeps apart entries that a plain join would confuse', () => {
    const limit = { requests_per_unit: 1, unit: 'DAY', unit_multiplier: null };
    const keyOf = (...entries: [string, string][]) =>
      plan([descriptor('', '', { limit, entries: entries.map(([key, value]) => ({ key, value })) })]).check
        .buckets[0]?.key;
    expect(keyOf(['a_b', 'c'])).not.toBe(keyOf(['a', 'b_c']));
    expect(keyOf(['a', 'b'], ['c', 'd'])).not.toBe(keyOf(['a', 'b","c","d']));
  });

  it('keeps keys short however long the values are', () => {
    const key = plan([descriptor('client', 'x'.repeat(10_000))]).check.buckets[0]?.key ?? '';
    expect(key.length).toBeLessThan(100);
    expect(key).not.toBe(plan([descriptor('client', 'x'.repeat(10_001))]).check.buckets[0]?.key);
  });

  it('refuses a request without a domain, without descriptors, or with an override of an unknown unit', () => {
    const limit = (unit: string | number) => ({ requests_per_unit: 1, unit, unit_multiplier: null });
    const invalid = { code: 'invalid_request' };
    expect(() => plan([descriptor('client', 'a')], { domain: '' })).toThrow(expect.objectContaining(invalid));
    expect(() => plan([])).toThrow(expect.objectContaining(invalid));
    for (const unit of ['UNKNOWN', 99]) {
      expect(() => plan([descriptor('client', 'a', { limit: limit(unit) })])).toThrow(
        expect.objectContaining(invalid),
      );
    }
  });

  it('takes a window that is longer than time itself, and hits beyond every limit, as the longest and the most', () => {
    const limit = { requests_per_unit: 1, unit: 'YEAR', unit_multiplier: { value: 2 ** 32 - 1 } };
    expect(
      plan([descriptor('client', 'x', { limit, hits_addend: { value: 2 ** 64 } })]).check.buckets,
    ).toMatchObject([{ algorithm: { windowMs: 315_576_000_000_000 }, hits: 2 ** 32 - 1 }]);
  });

  it('refuses a request with more descriptors than one step should decide', () => {
    const descriptors = Array.from({ length: 1000 }, () => descriptor('client', 'a'));
    expect(plan(descriptors).check.buckets).toHaveLength(1000);
    expect(() => plan([...descriptors, descriptor('client', 'a')])).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining('1001') }),
    );
  });
});
