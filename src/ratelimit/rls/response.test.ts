import { describe, expect, it } from 'vitest';
import type { BucketState } from '../algorithms/bucket.ts';
import type { Plan, PlannedDescriptor } from '../limiter/plan.ts';
import type { Limit, Rule } from '../rules/rule.ts';
import type { RateLimitDescriptor, RateLimitRequest } from './message.ts';
import { type GlobalModes, outcomeOf } from './outcome.ts';
import { answerRequest, type ResponseOptions } from './response.ts';

/** A plan of one descriptor for each list of limits. */
function planOf(...rules: Partial<Limit>[][]): Plan {
  let firstBucket = 0;
  const descriptors = rules.map((given): PlannedDescriptor => {
    const limits = given.map((limit) => ({ ...LIMIT, ...limit }));
    const planned = {
      kind: 'limited' as const,
      firstBucket,
      limits,
      rule: { ...RULE, limits },
      match: { rule: { ...RULE, limits }, path: [] },
    };
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
  slotBy: [],
  quotaMode: false,
  replaces: [],
  detailedMetric: false,
  metadata: undefined,
};

interface Given extends Partial<GlobalModes>, Partial<ResponseOptions> {
  request?: Partial<RateLimitRequest>;
  requestId?: string;
  traceparent?: string;
}

function answer(plan: Plan, states: BucketState[], given: Given = {}) {
  const { shadowMode = false, quotaMode = false, headers, dynamicMetadata = false } = given;
  const request = { domain: 'd', descriptors: [], hits_addend: 0, ...given.request };
  const outcome = outcomeOf(plan, states, { shadowMode, quotaMode });
  return answerRequest(
    request,
    outcome,
    given.requestId,
    { headers, dynamicMetadata },
    {
      metadata: () => given.traceparent,
    },
  );
}

const room = (remaining: number): BucketState => ({ over: false, remaining, used: 0, resetMs: 1 });
const full = (resetMs: number): BucketState => ({ over: true, remaining: 0, used: 0, resetMs });
const problemOf = (plan: Plan, states: BucketState[], requestId?: string): unknown =>
  JSON.parse(String(answer(plan, states, requestId === undefined ? {} : { requestId }).raw_body));

describe('the answer to a request', () => {
  it('tells each descriptor its limit, what remains and when the window ends', () => {
    expect(answer(planOf([{ name: 'pro-minute' }]), [{ ...room(59), resetMs: 12_001 }])).toEqual({
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
    const { overall_code, statuses } = answer(planOf([{}], [{}]), [room(3), full(500)]);
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
    expect(answer(plan, [])).toEqual({
      overall_code: 'OK',
      statuses: [{ code: 'OK' }, { code: 'OK', limit_remaining: 4_294_967_295 }],
    });
  });

  it('never refuses in shadow mode', () => {
    const { overall_code, statuses } = answer(planOf([{ shadowMode: true }]), [full(500)]);
    expect(overall_code).toBe('OK');
    expect(statuses[0]).toMatchObject({ code: 'OK', limit_remaining: 0 });
  });

  it('tells of several limits of a rule the one that refuses longest, else the one with least room', () => {
    const plan = planOf([{ name: 'minute' }, { name: 'hour' }, { name: 'day' }], [{ name: 'other' }]);
    const told = (...states: BucketState[]) =>
      answer(plan, [...states, room(1)]).statuses.map(({ code, current_limit }) => [
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
    expect(answer(plan, [])).toEqual({ overall_code: 'OK', statuses: [{ code: 'OK' }] });
  });

  it('tells the multiplier of a window of several units', () => {
    const { statuses } = answer(planOf([{ unitMultiplier: 10 }]), [room(1)]);
    expect(statuses[0]?.current_limit?.unit_multiplier).toEqual({ value: 10 });
  });
});

describe("a refusal's body", () => {
  it('is problem details that name the rule and the wait', () => {
    const plan = planOf([{ name: 'pro-submit-minute' }]);
    expect(answer(plan, [full(11_500)]).response_headers_to_add).toEqual([
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
      limit: 'pro-submit-minute',
      window: 60,
    });
  });

  it.each<[Limit['algorithm'], number]>([
    [{ kind: 'sliding_window', windowMs: 300_000 }, 300],
    [{ kind: 'token_bucket', refillMs: 1_000, burst: 50 }, 1],
  ])('has the window in seconds: %j', (algorithm, window) => {
    expect(problemOf(planOf([{ algorithm }]), [full(1)])).toMatchObject({ window });
  });

  it.each<[Limit['algorithm']]>([
    [{ kind: 'concurrency', leaseMs: 60_000 }],
    [{ kind: 'quota', period: 'month', timeZone: 'UTC' }],
  ])('has no window where it is of no fixed length: %j', (algorithm) => {
    const body = problemOf(planOf([{ algorithm, name: 'n' }]), [full(1)]);
    expect(body).toMatchObject({ limit: 'n' });
    expect(body).not.toHaveProperty('window');
  });

  it('has no member limit for a limit without a name', () => {
    expect(problemOf(planOf([{}]), [full(1)])).not.toHaveProperty('limit');
  });

  it('has no request id where none is known', () => {
    expect(problemOf(planOf([{}]), [full(1)])).not.toHaveProperty('requestId');
  });

  it("has the id of the request's trace", () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-00`;
    const body = answer(planOf([{}]), [full(1)], { traceparent }).raw_body;
    expect(JSON.parse(String(body))).toMatchObject({ traceId });
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

describe('in global shadow mode', () => {
  it('passes what is refused, and says in the statuses what would have been', () => {
    const { overall_code, statuses, raw_body, response_headers_to_add } = answer(
      planOf([{}], [{}]),
      [full(500), room(3)],
      { shadowMode: true },
    );
    expect({ overall_code, raw_body, response_headers_to_add }).toEqual({ overall_code: 'OK' });
    expect(statuses.map(({ code }) => code)).toEqual(['OVER_LIMIT', 'OK']);
  });
});

describe('in quota mode', () => {
  const quota = (plan: Plan): Plan => ({
    ...plan,
    descriptors: plan.descriptors.map((planned) =>
      planned.kind === 'limited' ? { ...planned, rule: { ...planned.rule, quotaMode: true } } : planned,
    ),
  });
  const codes = ({ overall_code, statuses }: ReturnType<typeof answer>) => [
    overall_code,
    ...statuses.map(({ code }) => code),
  ];

  it('limits refuse only together', () => {
    const plan = quota(planOf([{}], [{}]));
    expect(codes(answer(plan, [full(500), room(3)]))).toEqual(['OK', 'OVER_LIMIT', 'OK']);
    expect(codes(answer(plan, [full(500), full(500)]))).toEqual(['OVER_LIMIT', 'OVER_LIMIT', 'OVER_LIMIT']);
  });

  it('a limit that is not in it refuses alone', () => {
    const plan = planOf([{}], [{}]);
    const [first, second] = quota(plan).descriptors;
    if (first === undefined || second === undefined) throw new Error('the plan has two descriptors');
    const mixed = { ...plan, descriptors: [first, ...plan.descriptors.slice(1)] };
    expect(codes(answer(mixed, [room(3), full(500)]))).toEqual(['OVER_LIMIT', 'OK', 'OVER_LIMIT']);
    // The only one of its mode refuses together with nobody else.
    expect(codes(answer(mixed, [full(500), room(3)]))[0]).toBe('OVER_LIMIT');
  });

  it('of the whole service, what meets no rule has room, and what is unlimited does not count', () => {
    const [limited] = planOf([{}]).descriptors;
    if (limited === undefined) throw new Error('the plan has a descriptor');
    const check = { buckets: [], dryRun: false };
    const withOther = (kind: 'no_rule' | 'unlimited'): Plan => ({ descriptors: [limited, { kind }], check });
    const modes = { quotaMode: true };
    expect(codes(answer(withOther('no_rule'), [full(500)], modes))[0]).toBe('OK');
    expect(codes(answer(withOther('unlimited'), [full(500)], modes))[0]).toBe('OVER_LIMIT');
  });
});

describe('headers for the caller', () => {
  const headers = { limit: 'RateLimit-Limit', remaining: 'RateLimit-Remaining', reset: 'RateLimit-Reset' };
  const told = (plan: Plan, states: BucketState[]) =>
    answer(plan, states, { headers }).response_headers_to_add?.map(({ value }) => value);
  const five = [{ requests: 5 }];
  const nine = [{ requests: 9 }];

  it('tell the limit that has least left, the first of equals', () => {
    expect(answer(planOf(five, nine), [room(4), { ...room(4), resetMs: 9000 }], { headers })).toMatchObject({
      response_headers_to_add: [
        { key: 'RateLimit-Limit', value: '5' },
        { key: 'RateLimit-Remaining', value: '4' },
        { key: 'RateLimit-Reset', value: '1' },
      ],
    });
    expect(told(planOf(five, nine), [room(4), room(1)])).toEqual(['9', '1', '1']);
  });

  it('tell the last limit that refuses, whatever has least left', () => {
    const plan = planOf([{ requests: 1, shadowMode: true }], five, nine);
    expect(told(plan, [full(1), full(2000), full(3000)])).toEqual([
      ...['9', '0', '3'],
      'application/problem+json',
    ]);
    expect(told(plan, [full(1), room(4), room(8)])).toEqual(['1', '0', '1']);
  });

  it('are absent where no limit applies', () => {
    const plan: Plan = { descriptors: [{ kind: 'unlimited' }], check: { buckets: [], dryRun: false } };
    expect(told(plan, [])).toBeUndefined();
  });
});

describe('dynamic metadata', () => {
  const descriptor = (value: string, rest: Partial<RateLimitDescriptor> = {}): RateLimitDescriptor => ({
    entries: [
      { key: 'client', value },
      { key: 'path', value: '/' },
    ],
    limit: null,
    hits_addend: null,
    is_negative_hits: false,
    ...rest,
  });
  const withMetadata = (...all: Rule['metadata'][]): Plan => {
    const plan = planOf(...all.map(() => [{}]));
    const descriptors = plan.descriptors.map((planned, index) =>
      planned.kind === 'limited' ? { ...planned, rule: { ...planned.rule, metadata: all[index] } } : planned,
    );
    return { ...plan, descriptors };
  };
  const metadataOf = (plan: Plan, states: BucketState[], request: Partial<RateLimitRequest>) =>
    answer(plan, states, { request, dynamicMetadata: true }).dynamic_metadata;

  it('repeats the request', () => {
    const descriptors = [
      descriptor('a', { hits_addend: { value: 0 } }),
      descriptor('b', { limit: { requests_per_unit: 7, unit: 'DAY', unit_multiplier: null } }),
    ];
    expect(metadataOf(planOf([{}], [{}]), [room(1), room(1)], { descriptors, hits_addend: 2 })).toEqual({
      domain: 'd',
      descriptors: [
        { entries: ['client=a', 'path=/'], hitsAddend: 0 },
        { entries: ['client=b', 'path=/'], limit: 'requests_per_unit:7 unit:DAY' },
      ],
      hitsAddend: 2,
    });
  });

  it('has the metadata of the rules that have room, the first to say a thing counts', () => {
    const plan = withMetadata(
      { one: 1, deep: { x: 'a', list: [1, 'two'] } },
      { one: 2, deep: { x: 'b', z: null }, two: 'b' },
      { three: 3 },
    );
    const descriptors = [descriptor('a'), descriptor('b'), descriptor('c')];
    expect(metadataOf(plan, [room(1), room(1), full(1)], { descriptors })).toMatchObject({
      metadata: { one: 1, deep: { x: 'a', list: [1, 'two'], z: null }, two: 'b' },
    });
  });
});
