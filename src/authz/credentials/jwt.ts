import { hash } from 'node:crypto';
import type { KeySet } from '../jwt/key-set.ts';
import type { KeySource } from '../jwt/key-source.ts';
import type { Issuer } from '../jwt/open-issuer.ts';
import type { TokenRefusal } from '../jwt/refusal.ts';
import { hasTokenForm, readToken, type UnverifiedToken, unverifiedIssuer } from '../jwt/token.ts';
import { TokenMemory } from '../jwt/token-memory.ts';
import { type RefusedToken, type Verification, verifyToken } from '../jwt/verify.ts';
import type { AuthzMetrics } from '../metrics.ts';
import { within } from '../within.ts';
import type { Authentication } from './credential.ts';
import type { CredentialMethod } from './method.ts';

export interface JwtMethodOptions {
  issuers: readonly Issuer[];
  maxTokenBytes: number;
  cache: {
    /** Of verified tokens, and as many of refused ones. */
    maxEntries: number;
    negativeTtlMs: number;
  };
  /** How long a token may wait for its issuer's keys. */
  maxWaitMs: number;
  /** Whether a token of an issuer that is not among them is taken, and refused, or left to another method. */
  takesForeign: boolean;
  metrics: Pick<AuthzMetrics, 'tokenJudged' | 'watchEntries'>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What came of a token. */
interface Known {
  authentication: Authentication;
  untilMs: number;
  /** Whose keys it depends on; a refusal may depend on none. */
  source: KeySource | undefined;
  /** It counts as long as this key does, or these keys do. */
  keyFingerprint?: string;
  keys?: KeySet | undefined;
}

/** Tokens that may wait for keys at one time: each is a request that Envoy holds. */
const MAX_WAITING = 1_000;
/** Refusals that time undoes are not remembered. */
const PASSING: ReadonlySet<TokenRefusal> = new Set(['token_not_yet_valid']);

/**
 * JSON Web Tokens of the configured issuers (RFC 7519), without any store. A token's signature is verified once; after that it
 * is known by the token's SHA-256. Who it says calls is kept from the second time on, as long as it and the key behind it
 * count: tokens that come only once, kept as objects, would grow old and have V8 collect them at a high price.
 */
export function createJwtMethod(options: JwtMethodOptions): CredentialMethod {
  const { maxTokenBytes, maxWaitMs, takesForeign, metrics, now } = options;
  const issuers = new Map(options.issuers.map((issuer) => [issuer.rules.issuer, issuer]));
  /** The one that was found last: to look in a Map for a text that was just made takes V8 longer than to compare it. */
  let latest: Issuer | undefined;
  /** Of a token that came once the fingerprint of the key that signed it, and nothing else. */
  const verified = new TokenMemory<Known | string>(options.cache.maxEntries);
  const refused = new TokenMemory<Known>(options.cache.maxEntries);
  const waiting = new Map<string, Promise<Authentication>>();
  metrics.watchEntries('verified_tokens', () => verified.size);
  metrics.watchEntries('refused_tokens', () => refused.size);

  return {
    name: 'jwt',
    recognises(credential) {
      if (credential.kind !== 'token' || !hasTokenForm(credential.token)) return false;
      return takesForeign || issuers.has(unverifiedIssuer(credential.token) ?? '');
    },
    recall: (sha256) => known(verified, sha256),
    authenticate(credential) {
      if (credential.kind !== 'token') return { kind: 'rejected', reason: 'token_malformed' };
      const { token } = credential;
      if (token.length > maxTokenBytes) return { kind: 'rejected', reason: 'token_malformed' };
      // Not the token itself, which nothing in memory should keep.
      const digest = credential.sha256 ?? hash('sha256', token, 'latin1');
      const recalled = credential.sha256 === undefined ? known(verified, digest) : undefined;
      return recalled ?? known(refused, digest) ?? awaited(digest) ?? judge(token, digest);
    },
  };

  function known(memory: TokenMemory<Known | string>, digest: string): Authentication | undefined {
    const entry = memory.find(digest);
    if (entry === undefined || typeof entry === 'string') return undefined;
    if (now() < entry.untilMs && stillRests(entry)) return entry.authentication;
    memory.delete(digest);
    return undefined;
  }

  /** The fingerprint of the key that is known to have signed a token. */
  function signedBy(digest: string): string | undefined {
    const entry = verified.find(digest);
    return typeof entry === 'object' ? entry.keyFingerprint : entry;
  }

  function awaited(digest: string): Promise<Authentication> | undefined {
    return waiting.size === 0 ? undefined : waiting.get(digest);
  }

  function issuerOf(name: string): Issuer | undefined {
    if (latest?.rules.issuer !== name) latest = issuers.get(name);
    return latest;
  }

  function judge(token: string, digest: string): Promise<Authentication> | Authentication {
    const read = readToken(token);
    if (!read.ok) return refuse(digest, read, undefined);
    const issuer = issuerOf(read.token.issuer);
    if (issuer === undefined) return refuse(digest, UNKNOWN_ISSUER, undefined);
    const keys = issuer.keys.current();
    if (keys !== undefined) {
      const signer = signedBy(digest);
      const verification = verifyToken(read.token, issuer.rules, keys, now(), signer);
      if (verification.ok || verification.newerKeysMayHelp === undefined) {
        return conclude(digest, verification, { issuer, keys, signer });
      }
    }
    if (waiting.size >= MAX_WAITING) return unavailable(issuer);
    const outcome = judgeWithNewerKeys(read.token, digest, issuer).finally(() => waiting.delete(digest));
    waiting.set(digest, outcome);
    return outcome;
  }

  async function judgeWithNewerKeys(
    token: UnverifiedToken,
    digest: string,
    issuer: Issuer,
  ): Promise<Authentication> {
    const isFresh = await within(issuer.keys.refresh(), maxWaitMs, false);
    const keys = issuer.keys.current();
    if (keys === undefined) return unavailable(issuer);
    const verification = verifyToken(token, issuer.rules, keys, now());
    // Whether the issuer has such a key by now cannot be told.
    if (!verification.ok && verification.newerKeysMayHelp && !isFresh) return unavailable(issuer);
    return conclude(digest, verification, { issuer, keys, signer: signedBy(digest) });
  }

  /** @param by signer: as signedBy says, from before the verification */
  function conclude(
    digest: string,
    verification: Verification,
    { issuer, keys, signer }: { issuer: Issuer; keys: KeySet; signer: string | undefined },
  ): Authentication {
    if (!verification.ok) return refuse(digest, verification, { issuer, keys });
    const { principal, validUntilMs: untilMs, keyFingerprint } = verification;
    const authentication: Authentication = { kind: 'authenticated', principal };
    if (signer === keyFingerprint) {
      verified.set(digest, { authentication, untilMs, source: issuer.keys, keyFingerprint });
    } else {
      verified.set(digest, keyFingerprint);
      metrics.tokenJudged(issuer.rules.issuer, 'verified');
    }
    return authentication;
  }

  /** @param by whose keys had a say in it */
  function refuse(
    digest: string,
    { reason, principal }: Pick<RefusedToken, 'reason' | 'principal'>,
    by: { issuer: Issuer; keys: KeySet } | undefined,
  ): Authentication {
    const authentication: Authentication = { kind: 'rejected', reason, ...(principal && { principal }) };
    if (!PASSING.has(reason)) {
      const untilMs = now() + options.cache.negativeTtlMs;
      refused.set(digest, { authentication, untilMs, source: by?.issuer.keys, keys: by?.keys });
    }
    metrics.tokenJudged(by?.issuer.rules.issuer, 'refused');
    return authentication;
  }

  function unavailable({ rules }: Issuer): Authentication {
    metrics.tokenJudged(rules.issuer, 'unavailable');
    return { kind: 'unavailable', reason: 'issuer_unavailable' };
  }
}

const UNKNOWN_ISSUER = { reason: 'token_issuer' } as const;

/** A key that its issuer has withdrawn takes the tokens under it along; new keys give refused ones another chance. */
function stillRests({ source, keyFingerprint, keys }: Known): boolean {
  if (source === undefined) return true;
  const current = source.current();
  if (keyFingerprint !== undefined) return current?.has(keyFingerprint) === true;
  return current === keys;
}
