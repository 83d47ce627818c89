import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createModelMetrics } from '../../src/model/index.ts';
import { connected, openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { createMetrics, silentLogger } from '../../src/telemetry/index.ts';
import { type FakeProvider, messageRequest, startFakeProvider } from '../support/model-provider.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { openWorkerProxy, type WorkerProxy, type WorkerProxyOptions } from '../support/worker-proxy.ts';

let server: TestRedis;
let redis: Redis;
let upstream: FakeProvider;
beforeAll(async () => {
  server = await startTestRedis();
  upstream = await startFakeProvider((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    // A dollar an answer, at the price of claude-sonnet-5-5.
    response.end('{"stop_reason":"end_turn","usage":{"output_tokens":100000}}');
  });
});
afterAll(async () => {
  await upstream.close();
  await server.close();
});

const opened: WorkerProxy[] = [];
beforeEach(async () => {
  await server.empty();
  redis = openRedis(server.address, 'test-budget');
  await connected(redis, 10_000);
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  redis.disconnect();
});

async function open(
  budgets: Record<string, unknown>,
  options: Partial<WorkerProxyOptions> = {},
): Promise<WorkerProxy> {
  const store = { redis, keys: redisKeys('test') };
  const proxy = await openWorkerProxy({
    model: { provider: 'anthropic', baseUrl: upstream.url },
    budgets,
    attempt: { model: 'sonnet' },
    surroundings: { store },
    ...options,
  });
  opened.push(proxy);
  return proxy;
}

async function ask({ worker }: WorkerProxy) {
  const answer = await worker.send({ body: messageRequest({ model: 'claude-sonnet-5-5' }) });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

describe('a budget', () => {
  it.each([
    ['of a tier, a day', { tiers: { pro: { day: 2 } } }],
    ['of a tier, a month', { tiers: { pro: { month: 2 } } }],
    ['of a tenant', { tiers: { pro: { day: 100 } }, tenants: { acme: { day: 2 } } }],
  ])('%s, that is used up ends the run before the next request', async (_, budgets) => {
    const proxy = await open(budgets);
    const before = upstream.requests.length;
    expect([(await ask(proxy)).status, (await ask(proxy)).status]).toEqual([200, 200]);
    await until(async () => (await ask(proxy)).status === 403, 'the budget is used up');
    const refused = await ask(proxy);
    expect(refused).toMatchObject({
      status: 403,
      headers: { 'x-should-retry': 'false' },
      text: expect.stringMatching(/The budget of 2 US dollars for a (day|month) is used up until 20/),
    });
    expect(upstream.requests.length - before).toBe(2);
    expect(proxy.session.lastError()).toMatchObject({ kind: 'budget_exceeded' });
    expect(await proxy.provider.budget.stateOf({ tenant: 'acme', tier: 'pro' })).toMatchObject({
      kind: 'exceeded',
    });
  });

  it('is one for all processes, and one for each tenant', async () => {
    const budgets = { tiers: { pro: { day: 1 } } };
    const [one, two] = [await open(budgets), await open(budgets)];
    const other = await open(budgets, { attempt: { model: 'sonnet', tenant: 'other' } });
    expect((await ask(one)).status).toBe(200);
    await until(async () => (await ask(two)).status === 403, 'the other process knows');
    expect((await ask(other)).status).toBe(200);
  });

  it('does not hold for tenants that have none', async () => {
    const proxy = await open({ tiers: { free: { day: 0.1 } } });
    for (let count = 0; count < 3; count += 1) expect((await ask(proxy)).status).toBe(200);
  });
});

it('what is charged at the same time as it is looked up counts once', async () => {
  const { budget } = (await open({ tiers: { pro: { day: 1_000 } } })).provider;
  const spender = { tenant: 'acme', tier: 'pro' };
  for (let count = 1; count < 1_000; count += 1) {
    budget.charge(spender, 1e9);
    expect((await budget.stateOf(spender)).kind).toBe('open');
  }
  budget.charge(spender, 1e9);
  expect((await budget.stateOf(spender)).kind).toBe('exceeded');
});

describe('while Redis is away', () => {
  const budgets = { tiers: { pro: { day: 2 } } };

  it('nothing that has a budget is passed on, and what was spent is charged once Redis is back, once', async () => {
    const proxy = await open(budgets);
    await ask(proxy);
    const { budget } = proxy.provider;
    await until(async () => (await spent()) === 1e9, 'the first answer is charged');
    await server.kill();
    budget.charge({ tenant: 'acme', tier: 'pro' }, 0.25e9);
    expect(await ask(proxy)).toMatchObject({ status: 502, headers: { 'retry-after': '1' } });
    await server.start();
    await until(async () => (await ask(proxy)).status === 200, 'requests pass again');
    await until(async () => (await spent()) === 2.25e9, 'both are charged');
  });

  it('it is, where the configuration says so', async () => {
    const proxy = await open({ ...budgets, onStoreFailure: 'allow' });
    await server.kill();
    try {
      expect((await ask(proxy)).status).toBe(200);
    } finally {
      await server.start();
    }
  });

  async function spent(): Promise<number> {
    const [day] = new Date().toISOString().split('T');
    return Number(await redis.get(redisKeys('test').spending('acme', day as string)).catch(() => 0));
  }
});

it('is shown as metrics: requests, tokens, cost, and why requests were refused', async () => {
  const metrics = await createMetrics();
  const surroundings = { store: { redis, keys: redisKeys('test') }, metrics: createModelMetrics(metrics) };
  const proxy = await open({ tiers: { pro: { day: 1 } } }, { surroundings, logger: silentLogger });
  await ask(proxy);
  await until(async () => (await ask(proxy)).status === 403, 'the budget is used up');
  const text = await metrics.registry.metrics();
  expect(text).toContain('gatehouse_model_requests_total{provider="anthropic",outcome="answered"} 1');
  expect(text).toContain(
    'gatehouse_model_tokens_total{model="claude-sonnet-5-5",tier="pro",kind="output"} 100000',
  );
  expect(text).toContain('gatehouse_model_cost_usd_total{model="claude-sonnet-5-5",tier="pro"} 1');
  expect(text).toMatch(/gatehouse_model_refusals_total\{reason="budget_exceeded"\} [1-9]/);
  expect(text).toContain('gatehouse_model_breaker_state{provider="anthropic"} 0');
  expect(text).toContain('gatehouse_model_parked{provider="anthropic"} 0');
  expect(text).toContain('gatehouse_model_open_requests{provider="anthropic"} 0');
  expect(text).toContain('gatehouse_model_first_byte_seconds_count{provider="anthropic"} 1');
});
