import { PROBLEM_TYPE } from '../../problem/index.ts';
import type { BucketState } from '../algorithms/bucket.ts';
import type { LimitedRule, Plan, PlannedDescriptor } from '../limiter/plan.ts';
import type { DescriptorStatus, RateLimitResponse } from './message.ts';
import { overLimitProblem } from './over-limit-problem.ts';

/** What limit_remaining says where there is no limit, as from envoyproxy/ratelimit: the largest uint32. */
const UNLIMITED_REMAINING = 2 ** 32 - 1;

interface Refusal {
  rule: LimitedRule;
  retryAfterS: number;
}

/**
 * The answer to a request.
 * @param states of the plan's check, in its order
 * @param requestId goes into the body of a refusal
 */
export function answerRequest(
  plan: Plan,
  states: readonly BucketState[],
  requestId: string | undefined,
): RateLimitResponse {
  const statuses = plan.descriptors.map((planned) => statusOf(planned, states));
  const refusal = longestRefusal(plan, states);
  if (refusal === undefined) return { overall_code: 'OK', statuses };
  return {
    overall_code: 'OVER_LIMIT',
    statuses,
    response_headers_to_add: [{ key: 'content-type', value: PROBLEM_TYPE }],
    raw_body: overLimitProblem(refusal.rule, refusal.retryAfterS, requestId),
  };
}

/** The answer while the store is away and the policy is to allow: no limit is known to be reached. */
export function allowWithoutCounting(plan: Plan): RateLimitResponse {
  return { overall_code: 'OK', statuses: plan.descriptors.map(() => ({ code: 'OK' })) };
}

function statusOf(planned: PlannedDescriptor, states: readonly BucketState[]): DescriptorStatus {
  if (planned.kind === 'no_rule') return { code: 'OK' };
  if (planned.kind === 'unlimited') return { code: 'OK', limit_remaining: UNLIMITED_REMAINING };
  const { rule } = planned;
  const state = stateOf(planned.bucket, states);
  const { requestsPerUnit, unit, unitMultiplier } = rule.limit;
  return {
    code: refuses(rule, state) ? 'OVER_LIMIT' : 'OK',
    current_limit: {
      name: rule.name,
      requests_per_unit: requestsPerUnit,
      unit: unit.toUpperCase(),
      ...(unitMultiplier === 1 ? {} : { unit_multiplier: { value: unitMultiplier } }),
    },
    limit_remaining: state.remaining,
    duration_until_reset: { seconds: resetSeconds(state) },
  };
}

/** The refusal that lasts longest, which is also the one that Envoy's retry-after header tells. */
function longestRefusal(plan: Plan, states: readonly BucketState[]): Refusal | undefined {
  let longest: Refusal | undefined;
  for (const planned of plan.descriptors) {
    if (planned.kind !== 'limited') continue;
    const state = stateOf(planned.bucket, states);
    const retryAfterS = resetSeconds(state);
    if (refuses(planned.rule, state) && retryAfterS > (longest?.retryAfterS ?? 0)) {
      longest = { rule: planned.rule, retryAfterS };
    }
  }
  return longest;
}

function refuses(rule: LimitedRule, state: BucketState): boolean {
  return state.over && !rule.shadowMode;
}

/** Whole seconds, rounded up: who waits as long as this finds a new window. */
function resetSeconds({ resetMs }: BucketState): number {
  return Math.max(Math.ceil(resetMs / 1000), 1);
}

function stateOf(bucket: number, states: readonly BucketState[]): BucketState {
  const state = states[bucket];
  if (state === undefined) throw new Error(`no state for bucket ${bucket} of ${states.length}`);
  return state;
}
