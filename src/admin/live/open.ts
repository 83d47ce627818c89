import type { Config } from '../../config/index.ts';
import type { Fetcher } from '../../http/index.ts';
import type { JobAdministration } from '../../jobs/index.ts';
import type { Spender } from '../../model/index.ts';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import { createAlertJudge } from '../alerts/judge.ts';
import { readPrometheusAlerts } from '../alerts/prometheus.ts';
import { type Collector, createCollector } from '../collect/collector.ts';
import { indexFamilies } from '../collect/families.ts';
import { readRedis } from '../collect/redis-reading.ts';
import { startSchedule } from '../collect/schedule.ts';
import type { JobSummary } from '../contract.ts';
import { readSource } from '../metrics/read-source.ts';
import type { MetricsSource } from '../metrics/sources.ts';
import { createLiveFeed, type LiveFeed } from './feed.ts';
import { createJobWatch, type JobWatch } from './job-watch.ts';

export interface LiveOptions {
  config: Config;
  redis: Redis;
  keys: RedisKeys;
  jobs: JobAdministration;
  fetcher: Fetcher;
  sources: readonly MetricsSource[];
  logger: Logger;
}

/** What follows the installation for as long as the role runs. */
export interface Live {
  parts: { collector: Collector; feed: LiveFeed; jobWatch: JobWatch };
  close(): Promise<void>;
}

/** A part that takes longer to tell its metrics is as good as away. */
const READ_TIMEOUT_MS = 1_500;
const WATCHED_MS = 2_000;
/** One for each step of the history. */
const UNWATCHED_MS = 10_000;

export function openLive({ config, redis, keys, jobs, fetcher, sources, logger }: LiveOptions): Live {
  const jobWatch = createJobWatch(jobs);
  const { prometheusUrl } = config.admin;
  // The wall clock may be set; this one starts with it, and goes on evenly.
  const now = () => performance.timeOrigin + performance.now();
  const collector = createCollector({
    sources,
    read: async (source) => indexFamilies(await readSource(fetcher, source, READ_TIMEOUT_MS)),
    readRedis: () =>
      readRedis({
        ...{ redis, keys, budgets: config.budgets, jobs },
        spenders: () => spenders(config.budgets, jobWatch.newest()),
      }),
    judge: createAlertJudge(),
    readAlerts:
      prometheusUrl === undefined
        ? undefined
        : () => readPrometheusAlerts(fetcher, prometheusUrl, READ_TIMEOUT_MS),
    settings: { onStoreFailure: config.ratelimit.onStoreFailure },
    now,
    sinceMs: performance.timeOrigin,
  });
  const failures = createFailureLog({
    logger,
    code: 'store_unavailable',
    failing: 'Redis is away, and the dashboard does not follow jobs',
    now: () => performance.now(),
  });
  const feed = createLiveFeed({ onListener: () => schedule.watch(), now: () => performance.now() });
  const schedule = startSchedule({
    async run() {
      const changed = jobWatch.refresh().catch((error: unknown) => {
        failures.failed(error);
        return [];
      });
      const { overview } = await collector.collect();
      feed.publish(overview, await changed);
    },
    watchedMs: WATCHED_MS,
    unwatchedMs: UNWATCHED_MS,
  });
  return { parts: { collector, feed, jobWatch }, close: schedule.stop };
}

/** Tenants with a budget of their own, and those whose jobs are the newest. */
function spenders({ tenants }: Config['budgets'], newest: readonly JobSummary[]): Spender[] {
  const found = new Map<string, Spender>(
    Object.keys(tenants).map((tenant) => [tenant, { tenant, tier: '' }]),
  );
  for (const { tenant, tier } of newest) found.set(tenant, { tenant, tier });
  return [...found.values()];
}
