import { PROBLEM_TYPE } from '../../problem/index.ts';
import { callersTraceId, type TracedCaller } from '../../telemetry/index.ts';
import type { Plan } from '../limiter/plan.ts';
import type { Limit } from '../rules/rule.ts';
import type { Unit } from '../unit.ts';
import { dynamicMetadata } from './dynamic-metadata.ts';
import { type LimitHeaderNames, limitHeaders } from './limit-headers.ts';
import type { CurrentLimit, DescriptorStatus, RateLimitRequest, RateLimitResponse } from './message.ts';
import { type DescriptorOutcome, type Outcome, resetSeconds } from './outcome.ts';
import { overLimitProblem } from './over-limit-problem.ts';
import { standardFields } from './standard-fields.ts';

/** What limit_remaining says where there is no limit, as from envoyproxy/ratelimit: the largest uint32. */
const UNLIMITED_REMAINING = 2 ** 32 - 1;

/** What answers tell besides the decision. */
export interface ResponseOptions {
  /** Undefined: none. */
  headers: LimitHeaderNames | undefined;
  dynamicMetadata: boolean;
  /** Whether answers have the fields RateLimit and RateLimit-Policy. */
  standardFields?: boolean;
}

/**
 * The answer to a request.
 * @param requestId goes into the body of a refusal, as does the id of the caller's trace
 */
export function answerRequest(
  request: RateLimitRequest,
  outcome: Outcome,
  requestId: string | undefined,
  options: ResponseOptions,
  caller?: TracedCaller,
): RateLimitResponse {
  const { refusal, shadowed } = outcome;
  const told = shadowed ? undefined : refusal;
  const headers = options.headers === undefined ? [] : limitHeaders(outcome, options.headers);
  if (options.standardFields) headers.push(...standardFields(outcome));
  if (told !== undefined) headers.push({ key: 'content-type', value: PROBLEM_TYPE });
  return {
    overall_code: told === undefined ? 'OK' : 'OVER_LIMIT',
    statuses: outcome.descriptors.map(statusOf),
    ...(headers.length > 0 && { response_headers_to_add: headers }),
    ...(told && {
      raw_body: overLimitProblem(told.limit, resetSeconds(told.state), requestId, callersTraceId(caller)),
    }),
    ...(options.dynamicMetadata && { dynamic_metadata: dynamicMetadata(request, outcome) }),
  };
}

/** The answer while the store is away and the policy is to allow: no limit is known to be reached. */
export function allowWithoutCounting(plan: Plan): RateLimitResponse {
  return { overall_code: 'OK', statuses: plan.descriptors.map(() => ({ code: 'OK' })) };
}

function statusOf({ planned, decided }: DescriptorOutcome): DescriptorStatus {
  if (planned.kind === 'unlimited') return { code: 'OK', limit_remaining: UNLIMITED_REMAINING };
  if (decided === undefined) return { code: 'OK' };
  const { limit, state, refuses } = decided;
  return {
    code: refuses ? 'OVER_LIMIT' : 'OK',
    current_limit: currentLimit(limit),
    limit_remaining: state.remaining,
    duration_until_reset: { seconds: resetSeconds(state) },
  };
}

/** The same object for the same limit, which is written only once then. */
const currentLimits = new WeakMap<Limit, CurrentLimit>();

function currentLimit(limit: Limit): CurrentLimit {
  let found = currentLimits.get(limit);
  if (found === undefined) {
    const { name, requests, unit, unitMultiplier } = limit;
    found = {
      name,
      requests_per_unit: requests,
      unit: unit.toUpperCase() as Uppercase<Unit>,
      ...(unitMultiplier === 1 ? {} : { unit_multiplier: { value: unitMultiplier } }),
    };
    currentLimits.set(limit, found);
  }
  return found;
}
