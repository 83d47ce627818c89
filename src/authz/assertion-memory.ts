import { LRUCache } from 'lru-cache';
import type { AssertedIdentity, AssertedLimits, AssertedRequest } from './assertion-claims.ts';
import type { AssertionSigner } from './assertion-signer.ts';
import type { AuthzMetrics } from './metrics.ts';

export interface AssertionMemoryOptions {
  sign: AssertionSigner;
  metrics: Pick<AuthzMetrics, 'watchEntries'>;
  /** How long an assertion is good for. */
  ttlMs: number;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
}

interface Signed {
  identity: AssertedIdentity;
  request: AssertedRequest;
  limits: AssertedLimits | undefined;
  untilMs: number;
  assertion: string;
}

/** About 1.5 KiB each. */
const MAX_REMEMBERED = 256;
/** What is left of an assertion's time when it is given out for the last time. */
const MIN_SHARE_OF_TTL = 0.5;

/**
 * Signs what was not signed before: the same request of the same caller, such as one for a job's state, gets the same
 * assertion for half of its time. Callers and limits are the same where they are one object.
 */
export function rememberAssertions({ sign, metrics, ttlMs, now }: AssertionMemoryOptions): AssertionSigner {
  const remembered = new LRUCache<string, Signed>({ max: MAX_REMEMBERED });
  metrics.watchEntries('assertions', () => remembered.size);
  const reuseMs = ttlMs * (1 - MIN_SHARE_OF_TTL);
  return (identity, request, limits) => {
    const key = `${identity.keyId} ${request.bodySha256} ${request.path}`;
    const nowMs = now();
    const before = remembered.get(key);
    if (
      before !== undefined &&
      nowMs < before.untilMs &&
      before.identity === identity &&
      before.limits === limits &&
      isSame(before.request, request)
    ) {
      return before.assertion;
    }
    const assertion = sign(identity, request, limits);
    remembered.set(key, { identity, request, limits, untilMs: nowMs + reuseMs, assertion });
    return assertion;
  };
}

function isSame(a: AssertedRequest, b: AssertedRequest): boolean {
  return (
    a.method === b.method &&
    a.path === b.path &&
    a.bodySha256 === b.bodySha256 &&
    a.contextSha256 === b.contextSha256
  );
}
