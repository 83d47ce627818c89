import type { BucketRequest, Check } from '../algorithms/bucket.ts';

/**
 * The check with a share of each limit, for a process that counts alone beside others. No limit becomes 0 by it.
 * @param share above 0, at most 1
 */
export function shareOfLimits(check: Check, share: number): Check {
  return { ...check, buckets: check.buckets.map((request) => shareOf(request, share)) };
}

function shareOf(request: BucketRequest, share: number): BucketRequest {
  const part = (whole: number) => (whole === 0 ? 0 : Math.max(Math.floor(whole * share), 1));
  if (request.algorithm.kind !== 'token_bucket') return { ...request, limit: part(request.limit) };
  // Its rate is shared by what it takes to refill, so that a small one does not become 0 or as good as whole.
  const { refillMs, burst } = request.algorithm;
  const algorithm = { ...request.algorithm, refillMs: Math.ceil(refillMs / share), burst: part(burst) };
  return { ...request, algorithm } as BucketRequest;
}
