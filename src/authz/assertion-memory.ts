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

/** What was signed last of the requests that have one place. */
interface Signed {
  identity: AssertedIdentity | undefined;
  limits: AssertedLimits | undefined;
  method: string;
  path: string;
  /** Of what tells requests apart; looked at first. */
  mark: number;
  untilMs: number;
  /** How many bytes of its place the digests take, and all of it. */
  digestBytes: number;
  bytes: number;
}

/** As many as PLACE_BITS can say. */
const PLACES = 256;
const PLACE_BITS = 8;
/** Longer assertions, such as those that list many skills, are signed each time. */
const PLACE_BYTES = 1_024;
/** How many of the last bytes of a text count for its mark. */
const MARK_BYTES = 4;
/** Spreads what differs in any bit over the highest ones (Knuth, The Art of Computer Programming, volume 3, section 6.4). */
const MULTIPLIER = 0x9e3779b1;
/** What is left of an assertion's time when it is given out for the last time. */
const MIN_SHARE_OF_TTL = 0.5;

/**
 * Signs what was not signed before: the same request of the same caller, such as one for a job's state, gets the same
 * assertion for half of its time. Callers and limits are the same where they are one object. Each request has one place, where
 * another one may take its turn: most are never seen again, and keeping an order among them costs more than to sign. Texts are
 * kept as bytes, outside of what V8 collects: as strings they would grow old just before the next one takes their place.
 */
export function rememberAssertions({ sign, metrics, ttlMs, now }: AssertionMemoryOptions): AssertionSigner {
  const places = Array.from({ length: PLACES }, nothingSigned);
  const texts = Buffer.alloc(PLACES * PLACE_BYTES);
  metrics.watchEntries('assertions', () => places.filter(({ identity }) => identity !== undefined).length);
  const reuseMs = ttlMs * (1 - MIN_SHARE_OF_TTL);
  return (identity, request, limits) => {
    const digests = `${request.bodySha256}.${request.contextSha256}`;
    const mark = markOf(identity, request);
    const place = mark >>> (32 - PLACE_BITS);
    const signed = places[place] as Signed;
    const start = place * PLACE_BYTES;
    const nowMs = now();
    if (
      signed.mark === mark &&
      nowMs < signed.untilMs &&
      signed.identity === identity &&
      signed.limits === limits &&
      signed.path === request.path &&
      signed.method === request.method &&
      texts.toString('latin1', start, start + signed.digestBytes) === digests
    ) {
      return texts.toString('latin1', start + signed.digestBytes, start + signed.bytes);
    }
    const assertion = sign(identity, request, limits);
    const bytes = digests.length + assertion.length;
    if (bytes > PLACE_BYTES) return assertion;
    texts.write(digests, start, 'latin1');
    texts.write(assertion, start + digests.length, 'latin1');
    signed.identity = identity;
    signed.limits = limits;
    signed.method = request.method;
    signed.path = request.path;
    signed.mark = mark;
    signed.untilMs = nowMs + reuseMs;
    signed.digestBytes = digests.length;
    signed.bytes = bytes;
    return assertion;
  };
}

function nothingSigned(): Signed {
  return {
    ...{ identity: undefined, limits: undefined, method: '', path: '' },
    ...{ mark: 0, untilMs: 0, digestBytes: 0, bytes: 0 },
  };
}

/** Of the caller and what differs most between requests. */
function markOf({ keyId }: AssertedIdentity, { path, bodySha256 }: AssertedRequest): number {
  const request = lastBytes(bodySha256 === '' ? path : bodySha256);
  return Math.imul(Math.imul(lastBytes(keyId), MULTIPLIER) ^ request, MULTIPLIER);
}

const ends = Buffer.alloc(MARK_BYTES + 1_024);

/** As a number; of a long text those where it is cut off. */
function lastBytes(text: string): number {
  return ends.readInt32LE(ends.write(text, MARK_BYTES, 'latin1'));
}
