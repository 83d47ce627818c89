import type { Measurements } from '../collect/measurements.ts';
import { quantile } from '../collect/quantile.ts';
import type { CounterName } from '../collect/reading.ts';
import type { RedisReading } from '../collect/redis-reading.ts';
import type { Figures } from '../contract.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The figures of the overview. @param redis undefined while it is away */
export function figuresOf(measured: Measurements, redis: RedisReading | undefined): Figures {
  const perS = (name: CounterName) => measured.rate(name, MINUTE_MS) ?? null;
  const lastHour = (name: CounterName) => measured.increase(name, HOUR_MS)?.amount ?? null;
  const latencyMs = (share: number) => {
    const seconds = latencyS(measured, share, MINUTE_MS);
    return seconds === undefined ? null : seconds * 1000;
  };
  const lagS = measured.gauge('eventLoopLagS');
  return {
    requestsPerS: perS('requests'),
    clientErrorsPerS: perS('clientErrors'),
    serverErrorsPerS: perS('serverErrors'),
    limitedPerS: perS('limited'),
    latencyP50Ms: latencyMs(0.5),
    latencyP95Ms: latencyMs(0.95),
    activeRequests: measured.gauge('activeRequests') ?? null,
    queueDepth: redis?.queue.waiting ?? null,
    oldestJobMs: redis?.oldestJobMs ?? null,
    runningJobs: redis?.queue.running ?? null,
    workerPlaces:
      redis === undefined ? null : redis.queue.workers.reduce((sum, { places }) => sum + places, 0),
    warmWorkers: measured.gauge('warmWorkers') ?? null,
    tokensPerHour: lastHour('tokens'),
    costUsdPerHour: lastHour('costUsd'),
    redisLatencyMs: redis?.latencyMs ?? null,
    eventLoopLagMs: lagS === undefined ? null : lagS * 1000,
  };
}

/** Below which a share of the requests ended that ended within a time; undefined where there was none. */
export function latencyS(measured: Measurements, share: number, windowMs: number): number | undefined {
  const buckets = measured.countersOf('duration:').map((name) => {
    const le = name.slice('duration:'.length);
    const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
    return [bound, measured.increase(name, windowMs)?.amount ?? 0] as const;
  });
  return quantile(share, buckets);
}
