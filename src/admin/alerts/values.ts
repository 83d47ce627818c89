import type { Measurements } from '../collect/measurements.ts';
import type { CounterName } from '../collect/reading.ts';
import type { RedisReading } from '../collect/redis-reading.ts';
import { latencyS } from '../overview/figures.ts';

/** What alerts are judged by. */
export interface AlertFacts {
  measured: Measurements;
  /** undefined while Redis is away. */
  redis: RedisReading | undefined;
  /** Whether each part told its metrics; undefined before it was asked. */
  parts: readonly boolean[];
}

/** The value of an alert as src/telemetry/alerts.ts defines it in PromQL; undefined where something is not known. */
export type AlertValue = (facts: AlertFacts) => number | undefined;

const MINUTE_MS = 60_000;

/** One for each alert of src/telemetry/alerts.ts, by its name: a test holds the two together. */
export const ALERT_VALUES: Readonly<Record<string, AlertValue>> = {
  GatehouseSlowRequests: ({ measured }) => {
    // Without a request none is slow.
    if (measured.increase('requests', 5 * MINUTE_MS) === undefined) return undefined;
    return latencyS(measured, 0.95, 5 * MINUTE_MS) ?? 0;
  },
  GatehouseServerErrors: ({ measured }) => share(measured, 'serverErrors', 'requests', 5 * MINUTE_MS),
  GatehouseQueueDepth: ({ redis }) => redis?.queue.waiting,
  GatehouseNoWorkerReady: ({ redis }) => {
    if (redis === undefined) return undefined;
    return redis.queue.waiting > 0 && redis.queue.running === 0 ? 1 : 0;
  },
  GatehouseTokensPerHour: ({ measured }) => {
    const used = measured.increase('tokens', 60 * MINUTE_MS)?.amount;
    const planned = measured.gauge('plannedTokensPerHour');
    if (used === undefined) return undefined;
    // Without a plan nothing is over it.
    return planned === undefined || planned <= 0 ? 0 : used / planned;
  },
  GatehouseLimitedConsumers: ({ measured }) => measured.gauge('limitedConsumers'),
  GatehouseUpstreamErrors: ({ measured }) => share(measured, 'modelFailures', 'modelRequests', 5 * MINUTE_MS),
  GatehouseBreakerOpen: ({ measured }) => measured.gauge('breakerState'),
  GatehouseStreamCapacity: ({ measured }) => {
    const [active, left] = [measured.gauge('apiRequests'), measured.gauge('apiRequestsLeft')];
    return active === undefined || left === undefined || active + left === 0
      ? undefined
      : active / (active + left);
  },
  GatehousePromptRejections: ({ measured }) => share(measured, 'rejections', 'verdicts', 15 * MINUTE_MS),
  GatehouseRedisFallback: ({ measured }) => {
    const failures = (['ratelimitStoreFailures', 'authzStoreFailures'] as const).map((name) =>
      measured.rate(name, 2 * MINUTE_MS),
    );
    const known = failures.filter((rate) => rate !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, rate) => sum + rate, 0);
  },
  GatehouseEventLoopLag: ({ measured }) => measured.gauge('eventLoopLagS'),
  GatehousePartDown: ({ parts }) => (parts.length === 0 ? undefined : Number(parts.includes(false))),
};

/** Of how many an alert's `atLeast` speaks; undefined where it is not known. */
export const ALERT_COUNTS: Readonly<Record<string, AlertValue>> = {
  GatehouseSlowRequests: ({ measured }) => measured.increase('duration:+Inf', 5 * MINUTE_MS)?.amount,
  GatehouseServerErrors: ({ measured }) => measured.increase('serverErrors', 5 * MINUTE_MS)?.amount,
  GatehouseUpstreamErrors: ({ measured }) => measured.increase('modelFailures', 5 * MINUTE_MS)?.amount,
  GatehousePromptRejections: ({ measured }) => measured.increase('rejections', 15 * MINUTE_MS)?.amount,
};

/** Of nothing no share is too large. */
function share(
  measured: Measurements,
  part: CounterName,
  all: CounterName,
  windowMs: number,
): number | undefined {
  const [some, total] = [measured.increase(part, windowMs), measured.increase(all, windowMs)];
  if (some === undefined || total === undefined) return undefined;
  return total.amount === 0 ? 0 : some.amount / total.amount;
}
