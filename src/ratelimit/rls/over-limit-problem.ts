import { type ProblemKind, problem } from '../../problem/index.ts';
import type { Limit } from '../rules/rule.ts';

const RATE_LIMITED: ProblemKind = { status: 429, code: 'rate_limited', error: 'Rate limit exceeded' };

/**
 * The 429's body, with the rule's name and the wait in words and in seconds.
 * @param name of the rule, empty where it has none
 * @param requestId left out where the caller of the service did not say it
 */
export function overLimitProblem(
  { name, limit }: { name: string; limit: Limit },
  retryAfterS: number,
  requestId: string | undefined,
): Buffer {
  const which = name === '' ? 'this limit' : name;
  const detail = `${which} allows ${allowance(limit)}; try again in ${retryAfterS} s`;
  return Buffer.from(JSON.stringify(problem(RATE_LIMITED, { detail, requestId, retryAfter: retryAfterS })));
}

function allowance({ requestsPerUnit, unit, unitMultiplier }: Limit): string {
  const requests = requestsPerUnit === 1 ? 'request' : 'requests';
  const period = unitMultiplier === 1 ? unit : `${unitMultiplier} ${unit}s`;
  return `${requestsPerUnit} ${requests} per ${period}`;
}
