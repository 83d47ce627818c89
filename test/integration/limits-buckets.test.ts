import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LimitOperations, startLimitOperations } from '../support/limit-operations.ts';
import { descriptor, type TestRatelimit } from '../support/ratelimit.ts';
import { until } from '../support/until.ts';

const RULES = `
domain: shop
gatehouse: { denied: free }
descriptors:
  - key: tier
    value: pro
    descriptors:
      - { key: client, rate_limit: { name: pro-day, unit: day, requests_per_unit: 5 } }
  - { key: tier, value: free, descriptors: [{ key: client, rate_limit: { unlimited: true } }] }
`;

let up: LimitOperations;
let service: TestRatelimit;
beforeAll(async () => {
  up = await startLimitOperations(RULES, 1);
  service = up.services[0] as TestRatelimit;
});
afterAll(() => up?.close());

let client: string;
let clients = 0;
beforeEach(() => {
  clients += 1;
  client = `service-${clients}`;
});

const named = () => ({
  domain: 'shop',
  entries: [
    { key: 'tier', value: 'pro' },
    { key: 'client', value: client },
  ],
});
const send = async (hits = 1) => {
  const descriptors = [descriptor({ tier: 'pro', client }, { hitsAddend: { value: hits } })];
  return (await service.check({ domain: 'shop', descriptors })).overallCode;
};

describe('explain', () => {
  it('tells the rule, what is counted and what the next request would get, and charges nothing', async () => {
    await send(3);
    for (let asked = 0; asked < 3; asked += 1) {
      expect((await up.limits.explain(named(), 1)).result).toMatchObject({
        kind: 'limited',
        next: 'allowed',
        limits: [
          {
            limit: { name: 'pro-day', requests: 5 },
            bucket: expect.stringContaining(client),
            state: { used: 3, remaining: 2, next: { allowed: true, remaining: 1 } },
          },
        ],
      });
    }
    expect((await up.limits.explain(named(), 3)).result).toMatchObject({
      next: 'refused',
      limits: [{ state: { used: 3, next: { allowed: false } } }],
    });
  });

  it('tells the override in force', async () => {
    await up.limits.setOverride(
      { domain: 'shop', limit: 'pro-day', entries: { client }, requests: 50, reason: 'a launch' },
      'test',
    );
    expect((await up.limits.explain(named(), 1)).result).toMatchObject({
      limits: [
        { limit: { requests: 5 }, override: { requests: 50, reason: 'a launch' }, state: { remaining: 50 } },
      ],
    });
  });

  it('tells that an override leaves no limit', async () => {
    const override = {
      domain: 'shop',
      limit: 'pro-day',
      entries: { client },
      requests: 'unlimited',
    } as const;
    await up.limits.setOverride(override, 'test');
    const { result } = await up.limits.explain(named(), 1);
    expect(result).toMatchObject({ next: 'allowed', limits: [{ override: { requests: 'unlimited' } }] });
  });
});

describe('peek', () => {
  it('tells what is counted', async () => {
    await send(2);
    expect(await up.limits.peek(named())).toMatchObject([{ state: { used: 2, remaining: 3 } }]);
  });

  it.each([
    ['an unlimited rule', 'free'],
    ['no rule', 'gold'],
  ])('of a descriptor that meets %s is refused', async (_what, tier) => {
    const entries = [
      { key: 'tier', value: tier },
      { key: 'client', value: client },
    ];
    await expect(up.limits.peek({ domain: 'shop', entries })).rejects.toMatchObject({
      code: 'unknown_limit',
    });
  });
});

describe('reset', () => {
  it('empties the buckets at once, and is in the audit', async () => {
    expect(await send(5)).toBe('OK');
    expect(await send()).toBe('OVER_LIMIT');
    expect(await up.limits.reset(named(), 'cli:operator')).toMatchObject([{ state: { used: 5 } }]);
    expect(await send(5)).toBe('OK');
    expect((await up.audit.list(1))[0]).toMatchObject({
      actor: 'cli:operator',
      action: 'bucket.reset',
      target: `shop tier=pro client=${client}`,
    });
  });
});

describe('refund', () => {
  it('gives hits back, never more than were taken, and is in the audit', async () => {
    expect(await send(5)).toBe('OK');
    expect(await up.limits.refund(named(), 2, 'cli:operator')).toMatchObject([
      { state: { used: 3, remaining: 2 } },
    ]);
    expect(await up.limits.refund(named(), 100, 'cli:operator')).toMatchObject([
      { state: { used: 0, remaining: 5 } },
    ]);
    expect((await up.audit.list(1))[0]).toMatchObject({ action: 'bucket.refund', details: { hits: 100 } });
  });
});

describe('offenders', () => {
  it('are those whom limits refuse, with how many of their requests passed since', async () => {
    await send(5);
    for (let sent = 0; sent < 3; sent += 1) expect(await send()).toBe('OVER_LIMIT');
    await up.limits.refund(named(), 1, 'test');
    expect(await send()).toBe('OK');
    const mine = async () =>
      (await up.limits.offenders(100)).offenders.find(({ entries }) => entries[1]?.value === client);
    await until(async () => (await mine())?.passed === 1, 'the service has told its counts', 20_000);
    expect(await mine()).toEqual({
      domain: 'shop',
      limit: 'pro-day',
      entries: named().entries,
      limited: 3,
      passed: 1,
      limitedRatio: 0.75,
    });
  });

  it('are none where nobody was refused', async () => {
    await send(1);
    const { offenders, error } = await up.limits.offenders(100);
    expect(offenders.some(({ entries }) => entries[1]?.value === client)).toBe(false);
    expect(error).toBe(0);
  });
});
