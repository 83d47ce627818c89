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
      - key: tenant
        descriptors:
          - { key: client, rate_limit: { name: pro-day, unit: day, requests_per_unit: 2 } }
  - { key: unnamed, rate_limit: { unit: day, requests_per_unit: 1 } }
`;

let up: LimitOperations;
beforeAll(async () => {
  up = await startLimitOperations(RULES);
});
afterAll(() => up?.close());

/** Each test has a tenant of its own, so that none sees another's counts. */
let tenant: string;
let tenants = 0;
beforeEach(() => {
  tenants += 1;
  tenant = `tenant-${tenants}`;
});

const entriesOf = (client: string) => ({ tier: 'pro', tenant, client });
const ask = (service: TestRatelimit, client = 'service-a', hits = 1) =>
  service.check({
    domain: 'shop',
    descriptors: [descriptor(entriesOf(client), { hitsAddend: { value: hits } })],
  });
const limitSeen = async (service: TestRatelimit, client = 'service-a') =>
  (await ask(service, client, 0)).statuses[0]?.currentLimit?.requestsPerUnit;
const target = (entries: Record<string, string>) => ({ domain: 'shop', limit: 'pro-day', entries });

/** Waits until every service has the figure for the client. */
const seenByAll = (figure: number | undefined, client = 'service-a') =>
  until(async () => {
    const seen = await Promise.all(up.services.map((service) => limitSeen(service, client)));
    return seen.every((value) => value === figure);
  }, `all services allow ${figure}`);

describe('an override', () => {
  it('holds for its descriptors alone, in every process, without a restart', async () => {
    await up.limits.setOverride({ ...target({ tenant }), requests: 120 }, 'test');
    await seenByAll(120);
    const [service] = up.services as [TestRatelimit];
    const other = await service.check({
      domain: 'shop',
      descriptors: [descriptor({ tier: 'pro', tenant: 'another', client: 'service-a' })],
    });
    expect(other.statuses[0]?.currentLimit?.requestsPerUnit).toBe(2);
  });

  it('counts on in the same window: what was used stays used', async () => {
    const [a, b] = up.services as [TestRatelimit, TestRatelimit];
    for (let sent = 0; sent < 2; sent += 1) expect((await ask(a)).overallCode).toBe('OK');
    expect((await ask(b)).overallCode).toBe('OVER_LIMIT');
    await up.limits.setOverride({ ...target({ tenant }), requests: 3 }, 'test');
    await seenByAll(3);
    expect((await ask(b)).overallCode).toBe('OK');
    expect((await ask(a)).overallCode).toBe('OVER_LIMIT');
  });

  it('of more entries goes before one of fewer', async () => {
    await up.limits.setOverride({ ...target({ tenant }), requests: 10 }, 'test');
    await up.limits.setOverride({ ...target({ tenant, client: 'service-b' }), requests: 20 }, 'test');
    await seenByAll(20, 'service-b');
    await seenByAll(10, 'service-a');
  });

  it('of 0 refuses everything, and unlimited refuses nothing', async () => {
    const [service] = up.services as [TestRatelimit];
    await up.limits.setOverride({ ...target({ tenant }), requests: 0 }, 'test');
    await seenByAll(0);
    expect((await ask(service)).overallCode).toBe('OVER_LIMIT');
    await up.limits.setOverride({ ...target({ tenant }), requests: 'unlimited' }, 'test');
    await seenByAll(undefined);
    expect((await ask(service, 'service-a', 1_000)).overallCode).toBe('OK');
  });

  it('set again replaces what was set before', async () => {
    await up.limits.setOverride({ ...target({ tenant }), requests: 10 }, 'test');
    const { override, replaced } = await up.limits.setOverride(
      { ...target({ tenant }), requests: 11 },
      'test',
    );
    expect(replaced).toMatchObject({ id: override.id, requests: 10 });
    expect((await up.limits.listOverrides()).filter(({ entries }) => entries.tenant === tenant)).toHaveLength(
      1,
    );
  });

  it('taken away lets the rule file hold again', async () => {
    const { override } = await up.limits.setOverride({ ...target({ tenant }), requests: 10 }, 'test');
    await seenByAll(10);
    expect(await up.limits.unsetOverride(override.id, 'test')).toMatchObject({ requests: 10 });
    await seenByAll(2);
    expect(await up.limits.unsetOverride(override.id, 'test')).toBeUndefined();
  });

  it('that expires lets the rule file hold again, and is listed no more', async () => {
    await up.limits.setOverride({ ...target({ tenant }), requests: 10, expiresInMs: 1_500 }, 'test');
    await seenByAll(10);
    await seenByAll(2);
    expect((await up.limits.listOverrides()).filter(({ entries }) => entries.tenant === tenant)).toEqual([]);
  });

  it('is seen by a process whose connection to Redis was cut meanwhile', async () => {
    await up.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await up.limits.setOverride({ ...target({ tenant }), requests: 33 }, 'test');
    await seenByAll(33);
  });

  it('survives a crash of Redis', async () => {
    await up.limits.setOverride({ ...target({ tenant }), requests: 44 }, 'test');
    await seenByAll(44);
    await up.server.kill();
    await up.server.start();
    await until(
      () =>
        ask(up.services[0] as TestRatelimit).then(
          () => true,
          () => false,
        ),
      'the service reaches Redis again',
    );
    await seenByAll(44);
  });
});

describe('what cannot be set is refused', () => {
  const set = (override: object) =>
    up.limits.setOverride({ ...target({}), requests: 1, ...override } as never, 'test');

  it.each([
    ['an unknown domain', { domain: 'shops' }, 'unknown_domain', 'did you mean "shop"?'],
    ['an unknown limit', { limit: 'pro-days' }, 'unknown_limit', 'did you mean "pro-day"?'],
    ['a limit without a name', { limit: '' }, 'unknown_limit', 'Use pro-day.'],
    ['a key that its descriptors lack', { entries: { region: 'eu' } }, 'invalid_override', 'no region'],
    [
      'a value that they never have',
      { entries: { tier: 'free' } },
      'invalid_override',
      'tier=pro, not tier=free',
    ],
    ['a burst for a window', { burst: 5 }, 'invalid_override', 'no token bucket'],
    ['an expiry in the past', { expiresInMs: -1 }, 'invalid_override', 'in the future'],
  ])('%s', async (_what, override, code, message) => {
    await expect(set(override)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('the audit', () => {
  it('has who set, changed and took away what, in one stream that only grows', async () => {
    const { override } = await up.limits.setOverride(
      { ...target({ tenant }), requests: 10, reason: 'a launch' },
      'cli:operator',
    );
    await up.limits.unsetOverride(override.id, 'admin-api');
    const [unset, set] = await up.audit.list(2);
    expect(set).toMatchObject({
      actor: 'cli:operator',
      action: 'override.set',
      target: `shop pro-day tenant=${tenant}`,
      details: { id: override.id, requests: 10, reason: 'a launch' },
    });
    expect(unset).toMatchObject({ actor: 'admin-api', action: 'override.unset', target: set?.target });
    expect(await up.audit.list(1, unset?.id)).toEqual([set]);
  });

  it('has nothing of what holds control characters, which is refused', async () => {
    const [newest] = await up.audit.list(1);
    const refused = { code: 'invalid_text' };
    const set = (entries: Record<string, string>, reason?: string) =>
      up.limits.setOverride({ ...target(entries), requests: 1, ...(reason && { reason }) }, 'test');
    await expect(set({ tenant: `${tenant}\u001b[2J` })).rejects.toMatchObject(refused);
    await expect(set({ tenant }, 'two\nlines')).rejects.toMatchObject(refused);
    const descriptor = {
      domain: 'shop',
      entries: Object.entries(entriesOf('a\u0007')).map(([key, value]) => ({ key, value })),
    };
    await expect(up.limits.reset(descriptor, 'test')).rejects.toMatchObject(refused);
    await expect(up.limits.refund(descriptor, 1, 'test')).rejects.toMatchObject(refused);
    expect(await up.audit.list(1)).toEqual(newest === undefined ? [] : [newest]);
  });

  it('has nothing of an override that was not there', async () => {
    const [newest] = await up.audit.list(1);
    await up.limits.unsetOverride('0123456789abcdef', 'test');
    expect(await up.audit.list(1)).toEqual(newest === undefined ? [] : [newest]);
  });
});
