import type { Config } from '../../config/index.ts';
import { clusterLanes, type Redis } from '../../redis/index.ts';
import { createFailureLog, type Logger, METRICS, type Metrics } from '../../telemetry/index.ts';
import type { DecideChecks } from '../algorithms/bucket.ts';
import { createMemoryBuckets } from '../algorithms/memory-buckets.ts';
import { createTimedRedisBuckets } from '../algorithms/redis-buckets.ts';
import { createLimiter } from './limiter.ts';
import { createLocalCache } from './local-cache.ts';
import { createPolicyLimiter, type PolicyLimiter } from './policy-limiter.ts';

export interface OpenLimiterOptions {
  redis: Redis;
  /** Longest wait for Redis. */
  deadlineMs: number;
  config: Pick<
    Config['ratelimit'],
    'onStoreFailure' | 'local' | 'breaker' | 'localCache' | 'expirationJitter'
  >;
  logger: Logger;
  metrics: Metrics;
}

/** Upper bounds in seconds: a call usually takes less than a millisecond; Envoy waits half a second. */
const CALL_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5];

/** The limiter of a running service: it counts in Redis, and does what the policy says while that is away. */
export function openLimiter(options: OpenLimiterOptions): PolicyLimiter {
  const { redis, deadlineMs, config, logger, metrics } = options;
  const { onStoreFailure, local, breaker } = config;
  const now = () => performance.now();
  const failures = metrics.counter(METRICS.ratelimitStoreFailures);
  const callSeconds = metrics.timing(METRICS.ratelimitStoreCallSeconds, CALL_SECONDS)({});
  const checkCount = metrics.counter(METRICS.ratelimitStoreChecks);
  const limiter = createLimiter({
    decide: createTimedRedisBuckets({ redis, expiryJitterMs: config.expirationJitter.ms }),
    lanes: clusterLanes(redis),
    deadlineMs,
    breaker: { lateAnswers: breaker.lateAnswers, retryMs: breaker.retryAfter.ms },
    now,
    onCall(checks, elapsedMs) {
      checkCount.inc(checks);
      callSeconds.observe(elapsedMs / 1000);
    },
  });
  const unanswering = metrics.gauge(METRICS.ratelimitUnansweringNodes, () => {
    unanswering.set(limiter.unanswering().length);
  });
  const cacheHits = metrics.counter(METRICS.ratelimitLocalCacheHits);
  const onHit = (buckets: number) => cacheHits.inc(buckets);
  const maxBytes = config.localCache.bytes;
  return createPolicyLimiter({
    limiter: maxBytes === 0 ? limiter : createLocalCache({ limiter, maxBytes, now, onHit }),
    onFallback: (failure, policy) => failures.inc({ failure, policy }),
    defaultPolicy: onStoreFailure,
    local: {
      decide: createMemoryBuckets({ now: Date.now, maxBuckets: local.maxBuckets }),
      share: local.share,
    },
    failures: createFailureLog({
      logger,
      code: 'store_unavailable',
      failing: `requests cannot be counted in Redis; the policy is ${onStoreFailure}, where a domain has no other`,
      recovered: 'requests are counted in Redis again',
      now,
    }),
  });
}

/** Decides checks in Redis for a tool: without a policy, and always asking. @param deadlineMs longest wait for Redis */
export function openDecider(redis: Redis, deadlineMs: number): DecideChecks {
  const limiter = createLimiter({
    decide: createTimedRedisBuckets({ redis }),
    lanes: clusterLanes(redis),
    deadlineMs,
    breaker: { lateAnswers: Number.POSITIVE_INFINITY, retryMs: 0 },
    now: () => performance.now(),
  });
  return (checks) => Promise.all(checks.map(async (check) => [...(await limiter.check(check))]));
}
