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

/** About 1.5 KiB each. A power of two. */
const PLACES = 256;
/** How many of the last characters of a text say where it goes. */
const TELLING_CHARACTERS = 8;
/** What is left of an assertion's time when it is given out for the last time. */
const MIN_SHARE_OF_TTL = 0.5;

/**
 * Signs what was not signed before: the same request of the same caller, such as one for a job's state, gets the same
 * assertion for half of its time. Callers and limits are the same where they are one object. Each request has one place, where
 * another one may take its turn: most are never seen again, and keeping an order among them costs more than to sign.
 */
export function rememberAssertions({ sign, metrics, ttlMs, now }: AssertionMemoryOptions): AssertionSigner {
  const remembered: (Signed | undefined)[] = new Array(PLACES).fill(undefined);
  metrics.watchEntries('assertions', () => remembered.filter((signed) => signed !== undefined).length);
  const reuseMs = ttlMs * (1 - MIN_SHARE_OF_TTL);
  return (identity, request, limits) => {
    const place = placeOf(identity, request);
    const nowMs = now();
    const before = remembered[place];
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
    remembered[place] = { identity, request, limits, untilMs: nowMs + reuseMs, assertion };
    return assertion;
  };
}

/** By the FNV-1a hash of what differs most between requests (https://www.rfc-editor.org/rfc/rfc9923). */
function placeOf({ keyId }: AssertedIdentity, { path, bodySha256 }: AssertedRequest): number {
  return mixed(mixed(mixed(0x811c9dc5, keyId), path), bodySha256) & (PLACES - 1);
}

function mixed(hash: number, text: string): number {
  const { length } = text;
  let result = hash;
  for (let at = Math.max(0, length - TELLING_CHARACTERS); at < length; at += 1) {
    result = Math.imul(result ^ text.charCodeAt(at), 0x01000193);
  }
  return result;
}

function isSame(a: AssertedRequest, b: AssertedRequest): boolean {
  return (
    a.method === b.method &&
    a.path === b.path &&
    a.bodySha256 === b.bodySha256 &&
    a.contextSha256 === b.contextSha256
  );
}
