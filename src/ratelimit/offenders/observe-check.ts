import type { BucketState } from '../algorithms/bucket.ts';
import type { Plan } from '../limiter/plan.ts';
import type { RateLimitRequest } from '../rls/message.ts';
import type { OffenderCounter } from './offender-counter.ts';

/** Tells the counter what became of each limit of a request. Limits in shadow mode refuse nobody. */
export function observeCheck(
  counter: OffenderCounter,
  { domain, descriptors }: Pick<RateLimitRequest, 'domain' | 'descriptors'>,
  plan: Plan,
  states: readonly BucketState[],
): void {
  for (const [index, planned] of plan.descriptors.entries()) {
    if (planned.kind !== 'limited') continue;
    for (const [offset, limit] of planned.limits.entries()) {
      const bucket = plan.check.buckets[planned.firstBucket + offset];
      const state = states[planned.firstBucket + offset];
      // A look, or hits given back, is no request.
      if (bucket === undefined || state === undefined || bucket.hits <= 0) continue;
      counter.observe(bucket.key, state.over && !limit.shadowMode, () => ({
        domain,
        limit: limit.name,
        entries: descriptors[index]?.entries ?? [],
      }));
    }
  }
}
