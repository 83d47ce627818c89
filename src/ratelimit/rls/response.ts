import { PROBLEM_TYPE } from '../../problem/index.ts';
import type { BucketState } from '../algorithms/bucket.ts';
import type { Plan, PlannedDescriptor, PlannedLimits } from '../limiter/plan.ts';
import type { Limit } from '../rules/rule.ts';
import type { DescriptorStatus, RateLimitResponse } from './message.ts';
import { overLimitProblem } from './over-limit-problem.ts';

/** What limit_remaining says where there is no limit, as from envoyproxy/ratelimit: the largest uint32. */
const UNLIMITED_REMAINING = 2 ** 32 - 1;

/** One limit of a descriptor's rule after the check. */
interface LimitState {
  limit: Limit;
  state: BucketState;
  refuses: boolean;
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
  const decided = plan.descriptors.map((planned) =>
    planned.kind === 'limited' ? decidingLimit(limitStates(planned, states)) : undefined,
  );
  const statuses = plan.descriptors.map((planned, index) => statusOf(planned, decided[index]));
  const refusal = longest(decided.filter((limit) => limit?.refuses));
  if (refusal === undefined) return { overall_code: 'OK', statuses };
  return {
    overall_code: 'OVER_LIMIT',
    statuses,
    response_headers_to_add: [{ key: 'content-type', value: PROBLEM_TYPE }],
    raw_body: overLimitProblem(refusal.limit, resetSeconds(refusal.state), requestId),
  };
}

/** The answer while the store is away and the policy is to allow: no limit is known to be reached. */
export function allowWithoutCounting(plan: Plan): RateLimitResponse {
  return { overall_code: 'OK', statuses: plan.descriptors.map(() => ({ code: 'OK' })) };
}

function statusOf(planned: PlannedDescriptor, decided: LimitState | undefined): DescriptorStatus {
  if (planned.kind === 'unlimited') return { code: 'OK', limit_remaining: UNLIMITED_REMAINING };
  if (decided === undefined) return { code: 'OK' };
  const { limit, state, refuses } = decided;
  return {
    code: refuses ? 'OVER_LIMIT' : 'OK',
    current_limit: {
      name: limit.name,
      requests_per_unit: limit.requests,
      unit: limit.unit.toUpperCase(),
      ...(limit.unitMultiplier === 1 ? {} : { unit_multiplier: { value: limit.unitMultiplier } }),
    },
    limit_remaining: state.remaining,
    duration_until_reset: { seconds: resetSeconds(state) },
  };
}

function limitStates({ limits, firstBucket }: PlannedLimits, states: readonly BucketState[]): LimitState[] {
  return limits.map((limit, index) => {
    const state = states[firstBucket + index];
    if (state === undefined)
      throw new Error(`no state for bucket ${firstBucket + index} of ${states.length}`);
    return { limit, state, refuses: state.over && !limit.shadowMode };
  });
}

/** What a descriptor of several limits tells: the refusal that lasts longest, else the limit with least room. */
function decidingLimit(limits: readonly LimitState[]): LimitState | undefined {
  const refusal = longest(limits.filter(({ refuses }) => refuses));
  if (refusal !== undefined) return refusal;
  return limits.reduce((least, limit) => (limit.state.remaining < least.state.remaining ? limit : least));
}

/** Of refusals the one that lasts longest, which is also the one that Envoy's retry-after header tells. */
function longest(refusals: readonly (LimitState | undefined)[]): LimitState | undefined {
  return refusals.reduce(
    (found, limit) => (found && limit && limit.state.resetMs <= found.state.resetMs ? found : limit),
    undefined,
  );
}

/** Whole seconds, rounded up: who waits as long as this finds a new window. */
function resetSeconds({ resetMs }: BucketState): number {
  return Math.max(Math.ceil(resetMs / 1000), 1);
}
