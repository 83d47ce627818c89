import type { BucketState } from '../algorithms/bucket.ts';
import type { Plan } from '../limiter/plan.ts';
import type { RateLimitRequest } from '../rls/message.ts';
import type { LimitedDescriptor } from './offender.ts';
import type { OffenderCounter } from './offender-counter.ts';

/** Tells the counter what became of each limit of a request. Limits in shadow mode refuse nobody. */
export function observeCheck(
  counter: OffenderCounter,
  { domain, descriptors }: Pick<RateLimitRequest, 'domain' | 'descriptors'>,
  plan: Plan,
  states: readonly BucketState[],
): void {
  let index = -1;
  for (const planned of plan.descriptors) {
    index += 1;
    if (planned.kind !== 'limited') continue;
    let place = planned.firstBucket;
    for (const limit of planned.limits) {
      const bucket = plan.check.buckets[place];
      const state = states[place];
      place += 1;
      // A look, or hits given back, is no request.
      if (bucket === undefined || state === undefined || bucket.hits <= 0) continue;
      const refused = state.over && !limit.shadowMode;
      if (!refused && !counter.isWatching) continue;
      observeLimit(counter, bucket.key, refused, {
        domain,
        limit: limit.name,
        entries: descriptors[index]?.entries ?? [],
      });
    }
  }
}

/** Apart, since a function that is made in a loop costs each round, also those that make none. */
function observeLimit(
  counter: OffenderCounter,
  bucket: string,
  refused: boolean,
  descriptor: LimitedDescriptor,
): void {
  counter.observe(bucket, refused, () => descriptor);
}
