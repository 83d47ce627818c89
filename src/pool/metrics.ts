import type { Config } from '../config/index.ts';
import { METRICS, type Metrics } from '../telemetry/index.ts';
import type { Pool } from './pool.ts';

/** Has what a pool does shown whenever the metrics are read. */
export function watchPool(metrics: Metrics, pool: Pick<Pool, 'stats'>): void {
  const running = metrics.gauge(METRICS.poolRunning, () => {
    running.set(pool.stats().running);
  });
  const waiting = metrics.gauge(METRICS.poolWaitingWorkers, () => {
    waiting.set(pool.stats().waiting);
  });
  metrics.counter(METRICS.poolJobs, (counter) => {
    counter.reset();
    for (const [origin, count] of Object.entries(pool.stats().jobs)) counter.inc({ origin }, count);
  });
  metrics.counter(METRICS.poolWarmStarts, (counter) => {
    counter.reset();
    counter.inc(pool.stats().warmStarts);
  });
  metrics.counter(METRICS.poolRecycles, (counter) => {
    counter.reset();
    for (const [reason, count] of Object.entries(pool.stats().recycles)) counter.inc({ reason }, count);
  });
}

/** Has shown what usage is held against. */
export function showPlannedTokens(metrics: Metrics, { telemetry }: Pick<Config, 'telemetry'>): void {
  const { tokensPerHour } = telemetry.metrics;
  if (tokensPerHour !== undefined) metrics.gauge(METRICS.modelTokensPerHourPlanned).set(tokensPerHour);
}
