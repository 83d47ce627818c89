import { describe, expect, it } from 'vitest';
import type { BucketState } from '../algorithms/bucket.ts';
import type { Plan, PlannedDescriptor } from '../limiter/plan.ts';
import type { Limit, Rule } from '../rules/rule.ts';
import { answerRequest } from './response.ts';

/** A plan of one descriptor for each list of limits. */
function planOf(...rules: Partial<Limit>[][]): Plan {
  let firstBucket = 0;
  const descriptors = rules.map((given): PlannedDescriptor => {
    const limits = given.map((limit) => ({ ...LIMIT, ...limit }));
    const planned = { kind: 'limited' as const, firstBucket, limits, rule: { ...RULE, limits } };
    firstBucket += limits.length;
    return planned;
  });
  return { descriptors, check: { buckets: [], dryRun: false } };
}

const LIMIT: Limit = {
  name: '',
  requests: 60,
  unit: 'minute',
  unitMultiplier: 1,
  algorithm: { kind: 'fixed_window', windowMs: 60_000 },
  shadowMode: false,
};
const RULE: Omit<Rule, 'limits'> = {
  place: undefined,
  label: 'client',
  name: '',
  denied: 'free',
  quotaMode: false,
  replaces: [],
  detailedMetric: false,
  metadata: undefined,
};

const room = (remaining: number): BucketState => ({ over: false, remaining, used: 0, resetMs: 1 });
const full = (resetMs: number): BucketState => ({ over: true, remaining: 0, used: 0, resetMs });
const problemOf = (plan: Plan, states: BucketState[], requestId?: string): unknown =>
  JSON.parse(String(answerRequest(plan, states, requestId).raw_body));

describe('the answer to a request', () => {
  it('tells each descriptor its limit, what remains and when the window ends', () => {
    expect(
      answerRequest(planOf([{ name: 'pro-minute' }]), [{ ...room(59), resetMs: 12_001 }], undefined),
    ).toEqual({
      overall_code: 'OK',
      statuses: [
        {
          code: 'OK',
          current_limit: { name: 'pro-minute', requests_per_unit: 60, unit: 'MINUTE' },
          limit_remaining: 59,
          duration_until_reset: { seconds: 13 },
        },
      ],
    });
  });

  it('is over the limit where one descriptor is, with the others as they are', () => {
    const { overall_code, statuses } = answerRequest(planOf([{}], [{}]), [room(3), full(500)], undefined);
    expect(overall_code).toBe('OVER_LIMIT');
    expect(statuses.map(({ code, limit_remaining }) => [code, limit_remaining])).toEqual([
      ['OK', 3],
      ['OVER_LIMIT', 0],
    ]);
  });

  it('says no limit where there is no rule, and all of a uint32 remaining where the rule is unlimited', () => {
    const plan: Plan = {
      descriptors: [{ kind: 'no_rule' }, { kind: 'unlimited' }],
      check: { buckets: [], dryRun: false },
    };
    expect(answerRequest(plan, [], undefined)).toEqual({
      overall_code: 'OK',
      statuses: [{ code: 'OK' }, { code: 'OK', limit_remaining: 4_294_967_295 }],
    });
  });

  it('never refuses in shadow mode', () => {
    const { overall_code, statuses } = answerRequest(planOf([{ shadowMode: true }]), [full(500)], undefined);
    expect(overall_code).toBe('OK');
    expect(statuses[0]).toMatchObject({ code: 'OK', limit_remaining: 0 });
  });

  it('tells of several limits of a rule the one that refuses longest, else the one with least room', () => {
    const plan = planOf([{ name: 'minute' }, { name: 'hour' }, { name: 'day' }], [{ name: 'other' }]);
    const told = (...states: BucketState[]) =>
      answerRequest(plan, [...states, room(1)], undefined).statuses.map(({ code, current_limit }) => [
        code,
        current_limit?.name,
      ]);
    expect(told(room(9), room(3), room(20))).toEqual([
      ['OK', 'hour'],
      ['OK', 'other'],
    ]);
    expect(told(full(500), full(9000), room(20))).toEqual([
      ['OVER_LIMIT', 'hour'],
      ['OK', 'other'],
    ]);
  });

  it('says nothing of a rule that another one replaces', () => {
    const plan: Plan = { descriptors: [{ kind: 'replaced' }], check: { buckets: [], dryRun: false } };
    expect(answerRequest(plan, [], undefined)).toEqual({ overall_code: 'OK', statuses: [{ code: 'OK' }] });
  });

  it('tells the multiplier of a window of several units', () => {
    const { statuses } = answerRequest(planOf([{ unitMultiplier: 10 }]), [room(1)], undefined);
    expect(statuses[0]?.current_limit?.unit_multiplier).toEqual({ value: 10 });
  });
});

describe("a refusal's body", () => {
  it('is problem details that name the rule and the wait', () => {
    const plan = planOf([{ name: 'pro-submit-minute' }]);
    expect(answerRequest(plan, [full(11_500)], undefined).response_headers_to_add).toEqual([
      { key: 'content-type', value: 'application/problem+json' },
    ]);
    expect(problemOf(plan, [full(11_500)], 'a-request')).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      code: 'rate_limited',
      error: 'Rate limit exceeded',
      detail: 'pro-submit-minute allows 60 requests per minute; try again in 12 s',
      requestId: 'a-request',
      retryAfter: 12,
    });
  });

  it('has no request id where none is known', () => {
    expect(problemOf(planOf([{}]), [full(1)])).not.toHaveProperty('requestId');
  });

  it('names the rule that refuses longest', () => {
    const plan = planOf([{ name: 'minute' }], [{ name: 'hour', unit: 'hour' }], [{ name: 'day' }]);
    expect(problemOf(plan, [full(1000), full(3_000_000), room(1)])).toMatchObject({
      detail: 'hour allows 60 requests per hour; try again in 3000 s',
      retryAfter: 3000,
    });
  });

  it('reads well for a rule without a name, for one request, and for several units', () => {
    const plan = planOf([{ requests: 1, unitMultiplier: 10 }]);
    expect(problemOf(plan, [full(20)])).toMatchObject({
      detail: 'this limit allows 1 request per 10 minutes; try again in 1 s',
    });
  });
});
