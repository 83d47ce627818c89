import { Buffer } from 'node:buffer';
import type { AssertedIdentity, AssertedLimits, AssertedRequest } from './assertion-claims.ts';
import type { AssertionSigner } from './assertion-signer.ts';
import { isLatin1At, writeLatin1 } from './latin1.ts';
import type { AuthzMetrics } from './metrics.ts';

export interface AssertionMemoryOptions {
  sign: AssertionSigner;
  metrics: Pick<AuthzMetrics, 'watchEntries'>;
  /** How long an assertion is good for. */
  ttlMs: number;
  /** Milliseconds since the epoch, as an assertion says when it ends. */
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
  /** When it was signed, and until when it is given out again. */
  signedMs: number;
  untilMs: number;
  /** Which bytes of its place are the digest of the body, that of the context, and the assertion: where each ends. */
  bodyEnd: number;
  contextEnd: number;
  end: number;
}

/** As many as PLACE_BITS can say. */
const PLACES = 256;
const PLACE_BITS = 8;
/** Longer assertions, such as those that list many skills, are signed each time. */
const PLACE_BYTES = 1_024;
/** How many of the last characters of a text count for its mark. */
const MARK_CHARACTERS = 4;
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
    const { bodySha256, contextSha256 } = request;
    const mark = markOf(identity, request);
    const place = mark >>> (32 - PLACE_BITS);
    const signed = places[place] as Signed;
    const start = place * PLACE_BYTES;
    const nowMs = now();
    if (
      signed.mark === mark &&
      nowMs < signed.untilMs &&
      // The clock of the epoch may be set back: none is given out for longer than it would have been.
      nowMs >= signed.signedMs &&
      signed.identity === identity &&
      signed.limits === limits &&
      signed.path === request.path &&
      signed.method === request.method &&
      signed.bodyEnd - start === bodySha256.length &&
      signed.contextEnd - signed.bodyEnd === contextSha256.length &&
      isLatin1At(texts, start, bodySha256) &&
      isLatin1At(texts, signed.bodyEnd, contextSha256)
    ) {
      return texts.toString('latin1', signed.contextEnd, signed.end);
    }
    const assertion = sign(identity, request, limits, nowMs);
    if (bodySha256.length + contextSha256.length + assertion.length > PLACE_BYTES) return assertion;
    signed.identity = identity;
    signed.limits = limits;
    signed.method = request.method;
    signed.path = request.path;
    signed.mark = mark;
    signed.signedMs = nowMs;
    signed.untilMs = nowMs + reuseMs;
    signed.bodyEnd = writeLatin1(texts, start, bodySha256);
    signed.contextEnd = writeLatin1(texts, signed.bodyEnd, contextSha256);
    signed.end = signed.contextEnd + texts.write(assertion, signed.contextEnd, 'latin1');
    return assertion;
  };
}

function nothingSigned(): Signed {
  return {
    ...{ identity: undefined, limits: undefined, method: '', path: '' },
    ...{ mark: 0, signedMs: 0, untilMs: 0, bodyEnd: 0, contextEnd: 0, end: 0 },
  };
}

/** Of the caller and what differs most between requests. */
function markOf({ keyId }: AssertedIdentity, { path, bodySha256 }: AssertedRequest): number {
  const request = lastCharacters(bodySha256 === '' ? path : bodySha256);
  return Math.imul(Math.imul(lastCharacters(keyId), MULTIPLIER) ^ request, MULTIPLIER);
}

/** As a number. */
function lastCharacters(text: string): number {
  let number = 0;
  for (let at = Math.max(0, text.length - MARK_CHARACTERS); at < text.length; at += 1) {
    number = (number << 8) ^ text.charCodeAt(at);
  }
  return number;
}
