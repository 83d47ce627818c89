import { type ProblemKind, problem } from '../../problem/index.ts';
import { describeLimit } from '../rules/describe-limit.ts';
import type { Limit } from '../rules/rule.ts';
import { windowSeconds } from './window-seconds.ts';

const RATE_LIMITED: ProblemKind = { status: 429, code: 'rate_limited', error: 'Rate limit exceeded' };

/**
 * The 429's body, with the limit, its window and the wait in words, and as members: `limit` where it has a name, `window`
 * in seconds where it has one of a fixed length, `retryAfter` in seconds.
 * @param requestId left out where the caller of the service did not say it, as is the trace's id
 */
export function overLimitProblem(
  limit: Limit,
  retryAfterS: number,
  requestId: string | undefined,
  traceId: string | undefined,
): Buffer {
  const which = limit.name === '' ? 'this limit' : limit.name;
  const detail = `${which} allows ${describeLimit(limit)}; try again in ${retryAfterS} s`;
  return Buffer.from(
    JSON.stringify({
      ...problem(RATE_LIMITED, { detail, requestId, traceId, retryAfter: retryAfterS }),
      limit: limit.name === '' ? undefined : limit.name,
      window: windowSeconds(limit.algorithm),
    }),
  );
}
