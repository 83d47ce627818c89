import { expect, test } from 'vitest';
import { parseExposition } from '../../telemetry/index.ts';
import { createAlertJudge } from '../alerts/judge.ts';
import { unknownAlerts } from '../alerts/prometheus.ts';
import type { Alert } from '../contract.ts';
import { createCollector } from './collector.ts';
import { indexFamilies } from './families.ts';
import type { RedisReading } from './redis-reading.ts';

const SOURCES = (['envoy', 'authz', 'ratelimit', 'api', 'worker', 'worker'] as const).map((role, index) => ({
  ...{ role, instance: `127.0.0.1:${9000 + index}`, url: '' },
}));
const QUEUE = { waiting: 3, delayed: 0, running: 1, workers: [{ name: 'w', places: 4 }], oldestWaiting: 'j' };
const REDIS: RedisReading = {
  ...{ latencyMs: 0.5, queue: QUEUE, oldestJobMs: 7_000, budgets: [] },
  unavailable: new Map([['primary', { name: 'primary', state: 'broken', until: 'later' }]]),
};

function start({ readAlerts }: { readAlerts?: () => Promise<Alert[]> } = {}) {
  const pages = new Map<string, string>(SOURCES.map(({ instance }) => [instance, '']));
  const state = { redis: REDIS as RedisReading | undefined, nowMs: 1_000_000 };
  const collector = createCollector({
    sources: SOURCES,
    async read({ instance }) {
      const page = pages.get(instance);
      if (page === undefined) throw new Error(`${instance} is away`);
      return indexFamilies(parseExposition(page));
    },
    async readRedis() {
      if (state.redis === undefined) throw new Error('Redis is away');
      return state.redis;
    },
    judge: createAlertJudge(),
    readAlerts,
    settings: { onStoreFailure: 'local' },
    now: () => state.nowMs,
    sinceMs: 1_000_000,
  });
  const collect = async (afterMs: number) => {
    state.nowMs += afterMs;
    return collector.collect();
  };
  return { pages, state, collector, collect };
}

const requests = (ok: number, limited: number, failed: number) =>
  [
    ['200', ok],
    ['429', limited],
    ['503', failed],
  ]
    .map(([status, count]) => `claude_requests_total{status="${status}",route="submit"} ${count}`)
    .join('\n');

test('figures are put together from all parts', async () => {
  const { pages, collect } = start();
  pages.set(
    '127.0.0.1:9000',
    `${requests(100, 10, 1)}\nenvoy_http_downstream_rq_active{envoy_http_conn_manager_prefix="ingress"} 2\n`,
  );
  pages.set('127.0.0.1:9004', 'gatehouse_pool_waiting_workers 2\nnodejs_eventloop_lag_p99_seconds 0.02\n');
  pages.set(
    '127.0.0.1:9005',
    'gatehouse_pool_waiting_workers 1\ngatehouse_model_breaker_state{provider="backup"} 0\n',
  );
  await collect(0);
  pages.set('127.0.0.1:9000', requests(160, 20, 1));
  const { overview } = await collect(10_000);
  expect(overview.figures).toMatchObject({
    ...{ requestsPerS: 7, clientErrorsPerS: 1, serverErrorsPerS: 0, limitedPerS: 1 },
    ...{ queueDepth: 3, oldestJobMs: 7_000, runningJobs: 1, workerPlaces: 4, warmWorkers: 3 },
    ...{ redisLatencyMs: 0.5, eventLoopLagMs: 20, latencyP95Ms: null, activeRequests: null },
  });
  expect(overview.providers).toEqual([
    { name: 'backup', state: 'open', until: null },
    { name: 'primary', state: 'broken', until: 'later' },
  ]);
  expect(overview.store).toEqual({ state: 'ok', fallback: 'local', isInUse: false });
});

test('a part that is away takes only its own figures with it, and says since when and why', async () => {
  const { pages, state, collect } = start();
  await collect(0);
  pages.delete('127.0.0.1:9000');
  state.redis = undefined;
  const { overview } = await collect(10_000);
  expect(overview.sources.find(({ source }) => source === 'envoy')).toEqual({
    ...{ source: 'envoy', state: 'down', reason: '127.0.0.1:9000 is away' },
    ...{ since: new Date(1_010_000).toISOString(), readAt: new Date(1_000_000).toISOString() },
  });
  expect(overview.figures).toMatchObject({ requestsPerS: null, queueDepth: null, tokensPerHour: 0 });
  expect(overview).toMatchObject({ providers: null, budgets: null, store: { state: 'down' } });
});

test('one of several processes of a part that is away has the part be down, and the others count', async () => {
  const { pages, collect } = start();
  pages.set('127.0.0.1:9004', 'gatehouse_pool_waiting_workers 2\n');
  pages.delete('127.0.0.1:9005');
  const { overview } = await collect(0);
  expect(overview.sources.find(({ source }) => source === 'worker')?.state).toBe('down');
  expect(overview.figures.warmWorkers).toBe(2);
});

test('alerts fire by what was read', async () => {
  const { state, collect } = start();
  state.redis = { ...REDIS, queue: { ...QUEUE, waiting: 21 } };
  await collect(0);
  expect((await collect(299_000)).overview.firing).toEqual([]);
  expect((await collect(1_000)).overview.firing).toMatchObject([{ name: 'GatehouseQueueDepth', value: 21 }]);
});

test('policy decides in place of Redis also where the api or a worker could not ask it', async () => {
  for (const instance of ['127.0.0.1:9003', '127.0.0.1:9004']) {
    const { pages, collect } = start();
    await collect(0);
    pages.set(instance, 'gatehouse_ratelimit_store_failures_total{failure="late",policy="allow"} 3\n');
    const { overview, alerts } = await collect(10_000);
    expect(overview.store.isInUse).toBe(true);
    expect(alerts.find(({ name }) => name === 'GatehouseRedisFallback')?.state).toBe('pending');
  }
});

test('where there is a Prometheus it says how they stand; while it is away nothing is known', async () => {
  const fires = unknownAlerts().map((alert) => ({ ...alert, state: 'firing' as const }));
  let isThere = true;
  const { collect } = start({
    readAlerts: async () => {
      if (!isThere) throw new Error('nobody there');
      return fires;
    },
  });
  expect((await collect(0)).alerts).toEqual(fires);
  isThere = false;
  const { alerts, overview } = await collect(10_000);
  expect(new Set(alerts.map(({ state }) => state))).toEqual(new Set(['unknown']));
  expect(overview.sources.at(-1)).toMatchObject({ source: 'prometheus', state: 'down' });
});

test('who asks gets what is new enough, and nothing is read twice at a time', async () => {
  const { collector, state } = start();
  const [first, second] = await Promise.all([collector.latest(), collector.latest()]);
  expect(second).toBe(first);
  state.nowMs += 1_000;
  expect(await collector.latest()).toBe(first);
  state.nowMs += 2_000;
  expect(await collector.latest()).not.toBe(first);
});
