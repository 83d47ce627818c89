import type { Config } from '../../config/index.ts';
import { clusterLanes, type Redis } from '../../redis/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import type { DecideChecks } from '../algorithms/bucket.ts';
import { createMemoryBuckets } from '../algorithms/memory-buckets.ts';
import { createTimedRedisBuckets } from '../algorithms/redis-buckets.ts';
import { createLimiter } from './limiter.ts';
import { createPolicyLimiter, type PolicyLimiter } from './policy-limiter.ts';

export interface OpenLimiterOptions {
  redis: Redis;
  /** Longest wait for Redis. */
  deadlineMs: number;
  config: Pick<Config['ratelimit'], 'onStoreFailure' | 'local' | 'breaker'>;
  logger: Logger;
}

/** The limiter of a running service: it counts in Redis, and does what the policy says while that is away. */
export function openLimiter({ redis, deadlineMs, config, logger }: OpenLimiterOptions): PolicyLimiter {
  const { onStoreFailure, local, breaker } = config;
  const now = () => performance.now();
  return createPolicyLimiter({
    limiter: createLimiter({
      decide: createTimedRedisBuckets({ redis }),
      lanes: clusterLanes(redis),
      deadlineMs,
      breaker: { lateAnswers: breaker.lateAnswers, retryMs: breaker.retryAfter.ms },
      now,
    }),
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
