import { randomUUID } from 'node:crypto';
import type { UnaryCall, UnaryService } from '../../grpc/index.ts';
import { isUnavailable, type RedisKeys } from '../../redis/index.ts';
import type { FailureLog } from '../../telemetry/index.ts';
import type { BucketState, Check } from '../algorithms/bucket.ts';
import { RatelimitError } from '../error.ts';
import type { Limiter } from '../limiter/limiter.ts';
import { planRequest } from '../limiter/plan.ts';
import type { AnsweredRequest } from '../operation.ts';
import type { OverrideSet } from '../overrides/override-set.ts';
import type { RuleSet } from '../rules/rule.ts';
import type { RateLimitRequest, RateLimitResponse } from './message.ts';
import { allowWithoutCounting, answerRequest } from './response.ts';

export interface RateLimitServiceOptions {
  rules: RuleSet;
  /** What operators have changed of the rules' limits. */
  overrides(): OverrideSet;
  /** Learns what requests got. */
  observe(answered: AnsweredRequest): void;
  keys: RedisKeys;
  limiter: Limiter;
  /** What to answer while the store is away. */
  onStoreFailure: 'deny' | 'allow';
  storeFailures: FailureLog;
}

/**
 * envoy.service.ratelimit.v3.RateLimitService. A request that is over one of its limits is charged to none of its
 * buckets; this is not what envoyproxy/ratelimit does, which charges all of them always.
 * A deny for want of the store is a gRPC error, never a code in the answer: Envoy then sends its status_on_error
 * (with failure_mode_deny), so that callers can tell "not now" from "too many".
 */
export function rateLimitService(options: RateLimitServiceOptions): UnaryService {
  const { rules, overrides, observe, keys, limiter, onStoreFailure, storeFailures } = options;

  async function shouldRateLimit(request: RateLimitRequest, call: UnaryCall): Promise<RateLimitResponse> {
    const lease = call.metadata('x-request-id') ?? randomUUID();
    const plan = planRequest(rules, keys, request, lease, overrides());
    const states = plan.check.buckets.length === 0 ? [] : await charge(request.domain, plan.check);
    if (states === undefined) return allowWithoutCounting(plan);
    const answer = answerRequest(plan, states, call.metadata('x-request-id'));
    observe({ request, plan, states, lease, code: answer.overall_code });
    return answer;
  }

  /**
   * @returns undefined where the store is away and the policy is to allow
   * @throws RatelimitError store_unavailable where the policy is to deny; under either policy what is a bug
   */
  async function charge(domain: string, check: Check): Promise<readonly BucketState[] | undefined> {
    try {
      const states = await limiter.check(domain, check);
      storeFailures.succeeded();
      return states;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      storeFailures.failed(error);
      if (onStoreFailure === 'allow') return undefined;
      throw new RatelimitError('store_unavailable', 'Redis is away');
    }
  }

  return {
    name: 'envoy.service.ratelimit.v3.RateLimitService',
    proto: 'envoy/service/ratelimit/v3/rls.proto',
    methods: { ShouldRateLimit: shouldRateLimit },
  };
}
