import { describe, expect, it } from 'vitest';
import { parseRules, parseRuleValue } from './parse.ts';
import type { Limit, Rule } from './rule.ts';

function domainOf(text: string) {
  const { domain, problems, warnings } = parseRules('rules.yaml', text);
  expect([...problems, ...warnings]).toEqual([]);
  if (domain === undefined) throw new Error('the file has no domain');
  return domain;
}

function ruleOf(descriptor: string, block = '{}'): Rule {
  const { descriptors } = domainOf(
    `domain: d\ngatehouse: ${block}\ndescriptors:\n  - {key: k, ${descriptor}}\n`,
  );
  const rule = descriptors[0]?.rule;
  if (rule === undefined) throw new Error('the descriptor has no rule');
  return rule;
}

function limitOf(limit: string, block?: string): Limit {
  const { limits } = ruleOf(`rate_limit: {requests_per_unit: 10, ${limit}}`, block);
  if (limits === 'unlimited' || limits[0] === undefined) throw new Error('the rule has no limit');
  return limits[0];
}

describe('a file with a gatehouse block', () => {
  it('charges a refused request to nothing, unless it says so', () => {
    expect(domainOf('domain: d\ngatehouse: {}\n').denied).toBe('free');
    expect(domainOf('domain: d\ngatehouse:\n  # denied: free\n').denied).toBe('free');
    expect(domainOf('domain: d\ngatehouse: {denied: consume}\n').denied).toBe('consume');
    expect(domainOf('domain: d\n').denied).toBe('consume');
  });

  it('may say so for one rule', () => {
    const limit = 'rate_limit: {unit: day, requests_per_unit: 1}';
    expect(ruleOf(`denied: consume, ${limit}`).denied).toBe('consume');
    expect(ruleOf(`denied: free, ${limit}`, '{denied: consume}').denied).toBe('free');
    expect(ruleOf(limit).denied).toBe('free');
  });

  it('may say what is answered while the store is away', () => {
    expect(domainOf('domain: d\ngatehouse: {on_store_failure: local}\n').onStoreFailure).toBe('local');
    expect(domainOf('domain: d\ngatehouse: {slot_by: [tenant, client]}\n').slotBy).toEqual([
      'tenant',
      'client',
    ]);
    expect(domainOf('domain: d\ngatehouse: {}\n').onStoreFailure).toBeUndefined();
  });

  it('counts in windows of several units', () => {
    expect(limitOf('window: 5m')).toMatchObject({
      unit: 'minute',
      unitMultiplier: 5,
      algorithm: { kind: 'fixed_window', windowMs: 300_000 },
    });
    expect(limitOf('window: 90s')).toMatchObject({ unit: 'second', unitMultiplier: 90 });
    expect(limitOf('window: 24h')).toMatchObject({ unit: 'day', unitMultiplier: 1 });
    expect(limitOf('window: 14d')).toMatchObject({ unit: 'week', unitMultiplier: 2 });
  });

  it.each([
    ['algorithm: sliding_window, unit: hour', { kind: 'sliding_window', windowMs: 3_600_000 }],
    ['algorithm: token_bucket, unit: second', { kind: 'token_bucket', refillMs: 1000, burst: 10 }],
    [
      'algorithm: token_bucket, window: 10s, burst: 50',
      { kind: 'token_bucket', refillMs: 10_000, burst: 50 },
    ],
    ['algorithm: concurrency, lease: 15m', { kind: 'concurrency', leaseMs: 900_000 }],
    ['algorithm: quota, period: month', { kind: 'quota', period: 'month', timeZone: 'UTC' }],
    [
      'algorithm: quota, period: week, time_zone: Europe/Berlin',
      { kind: 'quota', period: 'week', timeZone: 'Europe/Berlin' },
    ],
  ])('counts by %s', (limit, algorithm) => {
    expect(limitOf(limit)).toMatchObject({ requests: 10, algorithm });
  });

  it('takes the time zone of a quota from the block where the quota names none', () => {
    const block = '{time_zone: Asia/Tokyo}';
    expect(limitOf('algorithm: quota, period: day', block).algorithm).toMatchObject({
      timeZone: 'Asia/Tokyo',
    });
    expect(limitOf('algorithm: quota, period: day, time_zone: UTC', block).algorithm).toMatchObject({
      timeZone: 'UTC',
    });
  });

  it('holds several limits on one descriptor', () => {
    const rule = ruleOf(`rate_limits: [
      {name: minute, unit: minute, requests_per_unit: 10},
      {name: hour, unit: hour, requests_per_unit: 100, shadow_mode: true, replaces: [{name: other}]},
      {name: steady, algorithm: token_bucket, unit: minute, requests_per_unit: 5}]`);
    expect(rule).toMatchObject({ name: '', replaces: ['other'] });
    expect(rule.limits).toMatchObject([
      { name: 'minute', requests: 10, shadowMode: false },
      { name: 'hour', requests: 100, shadowMode: true },
      { name: 'steady', requests: 5, shadowMode: false },
    ]);
  });

  it('puts all limits of a descriptor in shadow mode where the descriptor says so', () => {
    const { limits } = ruleOf(`shadow_mode: true, rate_limits: [
      {unit: minute, requests_per_unit: 10}, {unit: hour, requests_per_unit: 100}]`);
    expect(limits).toMatchObject([{ shadowMode: true }, { shadowMode: true }]);
  });
});

it('rules may come as plain values, whose problems have a name and a path', () => {
  const value = {
    domain: 'd',
    descriptors: [{ key: 'k', rate_limit: { unit: 'AEON', requests_per_unit: 1 } }],
  };
  expect(parseRuleValue('resource', value).problems).toMatchObject([
    { file: 'resource', line: 0, path: 'descriptors[0].rate_limit.unit', code: 'invalid_unit' },
  ]);
  const good = {
    domain: 'd',
    descriptors: [{ key: 'k', rate_limit: { unit: 'DAY', requests_per_unit: 7 } }],
  };
  expect(parseRuleValue('resource', good)).toMatchObject({
    problems: [],
    domain: { name: 'd', descriptors: [{ rule: { limits: [{ requests: 7, unit: 'day' }] } }] },
  });
});

it('a rule knows where it was said and what metrics call it', () => {
  const { descriptors } = domainOf(`domain: d
descriptors:
  - key: message_type
    value: marketing
    descriptors:
      - key: to_number
        rate_limit: {unit: day, requests_per_unit: 5}
`);
  expect(descriptors[0]?.below[0]?.rule).toMatchObject({
    label: 'message_type_marketing.to_number',
    place: { file: 'rules.yaml', line: 6, column: 9 },
  });
});
