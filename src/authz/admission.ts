import { performance } from 'node:perf_hooks';
import { callersTraceId, createFailureLog, type Logger } from '../telemetry/index.ts';
import type { Authorizer } from './authorizer.ts';
import { requestIdOf } from './check-request.ts';
import { type CheckResponse, errorResponse } from './check-response.ts';
import type { Denial } from './denial.ts';
import type { AuthzMetrics } from './metrics.ts';
import type { Caller } from './proceed.ts';

export interface AdmissionOptions {
  /** Checks that are worked on at the same time. */
  maxConcurrentChecks: number;
  metrics: Pick<AuthzMetrics, 'rejectedEarly' | 'abandoned' | 'watchConcurrency' | 'took'>;
  logger: Logger;
}

const OVERLOADED: Denial = {
  code: 'service_unavailable',
  reason: 'too_many_checks',
  detail: 'Too many requests are being checked at the moment. Try again in a second.',
  retryAfterS: 1,
};

/**
 * Bounds the checks that wait for something in one process. One that is one too many is answered at once with an error,
 * before anything of it is looked at.
 */
export function admitChecks(authorize: Authorizer, options: AdmissionOptions): Authorizer {
  const { maxConcurrentChecks, metrics, logger } = options;
  let running = 0;
  metrics.watchConcurrency(() => running);
  const rejections = createFailureLog({
    logger,
    code: 'overloaded',
    failing: 'too many checks at the same time, and the latest are answered with 503',
    now: () => performance.now(),
  });
  return (request, caller) => {
    if (running >= maxConcurrentChecks) {
      metrics.rejectedEarly();
      rejections.failed(`${running} checks are worked on (identity.limits.maxConcurrentChecks)`);
      return errorResponse(OVERLOADED, {
        requestId: requestIdOf(request),
        traceId: callersTraceId(caller),
      });
    }
    const begunMs = performance.now();
    const answer = authorize(request, caller);
    if (answer instanceof Promise) return waitFor(answer, caller, begunMs);
    metrics.took(performance.now() - begunMs, caller);
    return answer;
  };

  async function waitFor(
    answer: Promise<CheckResponse>,
    caller: Caller,
    begunMs: number,
  ): Promise<CheckResponse> {
    running += 1;
    try {
      return await answer;
    } catch (error) {
      if (caller.signal.aborted) metrics.abandoned();
      throw error;
    } finally {
      running -= 1;
      metrics.took(performance.now() - begunMs, caller);
    }
  }
}
