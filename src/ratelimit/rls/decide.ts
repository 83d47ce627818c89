import type { RedisKeys } from '../../redis/index.ts';
import type { TracedCaller } from '../../telemetry/index.ts';
import type { Check } from '../algorithms/bucket.ts';
import { RatelimitError } from '../error.ts';
import { createPlanner } from '../limiter/plan.ts';
import type { Decision, PolicyLimiter } from '../limiter/policy-limiter.ts';
import type { AnsweredRequest } from '../operation.ts';
import type { OverrideSet } from '../overrides/override-set.ts';
import type { RuleSet } from '../rules/rule.ts';
import { createLeaseNames } from './lease-names.ts';
import type { RateLimitRequest, RateLimitResponse } from './message.ts';
import { type GlobalModes, outcomeOf } from './outcome.ts';
import { allowWithoutCounting, answerRequest, type ResponseOptions } from './response.ts';
import type { RuleMetrics } from './rule-metrics.ts';

export interface DecideOptions {
  /** Those in force; undefined while there are none yet. */
  rules(): RuleSet | undefined;
  /** What operators have changed of the rules' limits. */
  overrides(): OverrideSet;
  /** Learns what requests got. */
  observe(answered: AnsweredRequest): void;
  metrics: RuleMetrics;
  keys: RedisKeys;
  limiter: PolicyLimiter;
  modes: GlobalModes;
  response: ResponseOptions;
}

/**
 * Answers one request, at once where nothing is counted for it.
 * @param requestId of the caller's request, if it said it
 * @param caller who has its trace, where there is one
 * @throws RatelimitError where there is no answer; what is a bug
 */
export type Decide = (
  request: RateLimitRequest,
  requestId: string | undefined,
  caller?: TracedCaller,
) => RateLimitResponse | Promise<RateLimitResponse>;

const NOTHING_TO_COUNT: Decision = { by: 'store', states: [] };

/**
 * A deny for want of the store, or of rules, is an error, never a code in the answer: Envoy then sends its
 * status_on_error (with failure_mode_deny), so that callers can tell "not now" from "too many".
 */
export function createDecide(options: DecideOptions): Decide {
  const { rules, overrides, observe, metrics, keys, limiter, modes, response } = options;
  const planRequest = createPlanner(keys);
  const newLease = createLeaseNames();
  return (request, requestId, caller) => {
    const begunMs = performance.now();
    const inForce = rules();
    if (inForce === undefined) throw new RatelimitError('no_rules', 'there are no rules yet');
    const lease = requestId ?? newLease();
    const plan = planRequest(inForce, request, lease, overrides());
    const answer = (decision: Decision): RateLimitResponse => {
      if (decision.by === 'nobody') return allowWithoutCounting(plan);
      const { states } = decision;
      const outcome = outcomeOf(plan, states, modes);
      metrics.observe(request, plan, states, outcome);
      const told = answerRequest(request, outcome, requestId, response, caller);
      observe({ request, plan, states, lease, code: told.overall_code });
      metrics.took(performance.now() - begunMs, caller);
      return told;
    };
    if (plan.check.buckets.length === 0) return answer(NOTHING_TO_COUNT);
    const policy = inForce.get(request.domain)?.onStoreFailure;
    return limiter.check(inModes(plan.check, modes), policy).then(answer);
  };
}

/** What passes whatever a bucket says is charged as what passes. */
function inModes(check: Check, { shadowMode, quotaMode }: GlobalModes): Check {
  if (!shadowMode && !quotaMode) return check;
  return { ...check, buckets: check.buckets.map((bucket) => ({ ...bucket, shadowMode: true })) };
}
