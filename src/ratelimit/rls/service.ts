import { randomUUID } from 'node:crypto';
import type { UnaryCall, UnaryService } from '../../grpc/index.ts';
import type { RedisKeys } from '../../redis/index.ts';
import { planRequest } from '../limiter/plan.ts';
import type { Decision, PolicyLimiter } from '../limiter/policy-limiter.ts';
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
  limiter: PolicyLimiter;
}

const NOTHING_TO_COUNT: Decision = { by: 'store', states: [] };

/**
 * envoy.service.ratelimit.v3.RateLimitService. A request that is over one of its limits is charged to none of its
 * buckets; this is not what envoyproxy/ratelimit does, which charges all of them always.
 * A deny for want of the store is a gRPC error, never a code in the answer: Envoy then sends its status_on_error
 * (with failure_mode_deny), so that callers can tell "not now" from "too many".
 */
export function rateLimitService(options: RateLimitServiceOptions): UnaryService {
  const { rules, overrides, observe, keys, limiter } = options;

  async function shouldRateLimit(request: RateLimitRequest, call: UnaryCall): Promise<RateLimitResponse> {
    const lease = call.metadata('x-request-id') ?? randomUUID();
    const plan = planRequest(rules, keys, request, lease, overrides());
    const decision =
      plan.check.buckets.length === 0
        ? NOTHING_TO_COUNT
        : await limiter.check(plan.check, rules.get(request.domain)?.onStoreFailure);
    if (decision.by === 'nobody') return allowWithoutCounting(plan);
    const { states } = decision;
    const answer = answerRequest(plan, states, call.metadata('x-request-id'));
    observe({ request, plan, states, lease, code: answer.overall_code });
    return answer;
  }

  return {
    name: 'envoy.service.ratelimit.v3.RateLimitService',
    proto: 'envoy/service/ratelimit/v3/rls.proto',
    methods: { ShouldRateLimit: shouldRateLimit },
  };
}
