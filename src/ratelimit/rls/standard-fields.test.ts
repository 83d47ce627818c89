import { expect, test } from 'vitest';
import type { Limit } from '../rules/rule.ts';
import type { Outcome } from './outcome.ts';
import { standardFields } from './standard-fields.ts';

const LIMIT: Limit = {
  name: 'pro-minute',
  requests: 60,
  unit: 'minute',
  unitMultiplier: 1,
  algorithm: { kind: 'fixed_window', windowMs: 60_000 },
  shadowMode: false,
};

function fieldsOf(...limits: Partial<Limit>[]) {
  const states = limits.map((limit) => ({
    limit: { ...LIMIT, ...limit },
    state: { over: false, used: 1, remaining: 59, resetMs: 11_001 },
    refuses: false,
  }));
  const descriptor = { planned: { kind: 'no_rule' }, decided: states[0], limits: states, quotaMode: false };
  return standardFields({ descriptors: [descriptor], refusal: undefined, shadowed: false } as Outcome);
}

test('every limit is an item of both fields, by its name', () => {
  expect(
    fieldsOf(
      {},
      { name: 'pro-hour', requests: 1000, algorithm: { kind: 'sliding_window', windowMs: 3_600_000 } },
    ),
  ).toEqual([
    { key: 'ratelimit-policy', value: '"pro-minute";q=60;w=60, "pro-hour";q=1000;w=3600' },
    { key: 'ratelimit', value: '"pro-minute";r=59;t=12, "pro-hour";r=59;t=12' },
  ]);
});

test.each([
  [{ kind: 'token_bucket', refillMs: 1000, burst: 50 }, '"pro-minute";q=60;w=1'],
  [{ kind: 'concurrency', leaseMs: 60_000 }, '"pro-minute";q=60;qu="concurrent-requests"'],
  [{ kind: 'quota', period: 'month', timeZone: 'UTC' }, '"pro-minute";q=60'],
] as const)('a limit by %j tells what its algorithm has', (algorithm, value) => {
  expect(fieldsOf({ algorithm })[0]).toEqual({ key: 'ratelimit-policy', value });
});

test('limits without a name, in shadow mode, or with a name that no header can hold are not told', () => {
  expect(fieldsOf({ name: '' }, { shadowMode: true }, { name: 'über' })).toEqual([]);
});

test('a name with quotes is quoted', () => {
  expect(fieldsOf({ name: 'a"b\\c' })[0]?.value).toBe('"a\\"b\\\\c";q=60;w=60');
});
