import { Buffer } from 'node:buffer';
import {
  ASSERTION_ALGORITHM,
  ASSERTION_AUDIENCE,
  ASSERTION_ISSUER,
  type AssertedIdentity,
  type AssertedLimits,
  type AssertedRequest,
} from './assertion-claims.ts';
import { writeBase64url } from './base64url.ts';
import { HmacSha256 } from './hmac-sha256.ts';
import { createKeptBeside } from './kept-beside.ts';
import { writeLatin1 } from './latin1.ts';

/**
 * From who called, what was inspected and how far it may go to a compact JWS.
 * @param nowMs since the epoch, where it has been asked for just now: that takes as long as to write the claims
 */
export type AssertionSigner = (
  identity: AssertedIdentity,
  request: AssertedRequest,
  limits?: AssertedLimits,
  nowMs?: number,
) => string;

export interface AssertionSignerOptions {
  /** At least 32 bytes (RFC 7518, section 3.2). */
  key: Uint8Array;
  ttlMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What all assertions of a caller begin with, as they are signed. */
interface Beginning {
  limits: AssertedLimits | undefined;
  bytes: Buffer;
}

/** What assertions of one second for one method and path go on with, as they are signed. */
interface Middle {
  issuedAtS: number;
  method: string;
  path: string;
  bytes: Buffer;
}

const json = JSON.stringify;
const PARTIES = `{"iss":${json(ASSERTION_ISSUER)},"aud":${json(ASSERTION_AUDIENCE)},`;
const HEADER = base64url(json({ alg: ASSERTION_ALGORITHM, typ: 'JWT' }));
/** Of so many bytes base64 makes characters that do not depend on what follows. */
const BASE64_GROUP = 3;
const DOT = 0x2e;
const BODY_DIGEST = '"body_sha256":"';
const CONTEXT_DIGEST = '","context_sha256":"';
const CLAIMS_END = '"}';
/** Of the two digests and what stands around them. */
const MAX_END_BYTES = 256;
const UNLIMITED = beginningWith('');
const NOTHING = Buffer.alloc(0);

/**
 * Signs identity assertions (RFC 7515, section 7.1). Without the library that verifies them, whose signing is
 * asynchronous: a decision that needs to wait for nothing else took six times as long with it. The parts that requests
 * have in common are encoded once and put together as bytes.
 */
export function createAssertionSigner({ key, ttlMs, now }: AssertionSignerOptions): AssertionSigner {
  const hmac = new HmacSha256(key);
  const beginnings = createKeptBeside<AssertedIdentity, Beginning>();
  const ofLimits = createKeptBeside<AssertedLimits, Buffer>();
  let middle: Middle = { issuedAtS: -1, method: '', path: '', bytes: Buffer.alloc(0) };
  const claims = Buffer.alloc(MAX_END_BYTES);

  /** What begins the assertions of all callers with these limits, as those of one tier mostly are. */
  const beginningOf = (limits: AssertedLimits | undefined): Buffer => {
    if (limits === undefined) return UNLIMITED;
    const before = ofLimits.get(limits);
    if (before !== undefined) return before;
    const bytes = beginningWith(claimOfLimits(limits));
    ofLimits.set(limits, bytes);
    return bytes;
  };

  const middleOf = (issuedAtMs: number, { method, path }: AssertedRequest): Buffer => {
    const issuedAtS = Math.floor(issuedAtMs / 1000);
    if (middle.issuedAtS !== issuedAtS || middle.path !== path || middle.method !== method) {
      // The second counts as a whole, so that none of them is good for less than ttlMs.
      const expiresAtS = Math.ceil(issuedAtS + 1 + ttlMs / 1000);
      const text = claimsOfMoment(issuedAtS, expiresAtS, method, path);
      middle = { issuedAtS, method, path, bytes: Buffer.from(base64url(text), 'latin1') };
    }
    return middle.bytes;
  };

  return (identity, request, limits, nowMs = now()) => {
    const before = beginnings.get(identity);
    const isKept = before !== undefined && before.limits === limits;
    const first = isKept ? before.bytes : beginningOf(limits);
    const names = isKept ? NOTHING : Buffer.from(claimsOfCaller(identity));
    const second = middleOf(nowMs, request);
    const text = hmac.room(first.length + 2 * names.length + second.length + 2 * MAX_END_BYTES);
    text.set(first);
    const firstEnd = writeBase64url(text, first.length, names, names.length);
    if (!isKept && beginnings.hasCome(identity)) {
      beginnings.set(identity, { limits, bytes: Buffer.from(text.subarray(0, firstEnd)) });
    }
    text.set(second, firstEnd);
    const secondEnd = firstEnd + second.length;
    const signed = writeBase64url(text, secondEnd, claims, writeDigests(claims, request));
    const signature = hmac.digest(signed);
    text[signed] = DOT;
    return text.toString('latin1', 0, writeLatin1(text, signed + 1, signature));
  };
}

/** The header, and the first members of the claims' object, up to a comma and what fills up the last group. */
function beginningWith(claim: string): Buffer {
  return Buffer.from(`${HEADER}.${base64url(wholeGroups(PARTIES + claim))}`, 'latin1');
}

/** The members that say who called. */
function claimsOfCaller({ client, tenant, tier, keyId, authMethod }: AssertedIdentity): string {
  const names = `"sub":${json(client)},"tenant":${json(tenant)},"tier":${json(tier)},"key_id":${json(keyId)}`;
  return wholeGroups(`${names},"auth_method":"${authMethod}",`);
}

/** As a member of the claims, with a comma behind it. */
function claimOfLimits(limits: AssertedLimits): string {
  const { maxTokens, maxTurns, maxTimeoutS, skills, models, model } = limits;
  const claim = {
    max_tokens: maxTokens,
    max_turns: maxTurns,
    max_timeout_s: maxTimeoutS,
    skills,
    models,
    model,
  };
  return `"limits":${json(claim)},`;
}

/** The members after them, up to the first digest. */
function claimsOfMoment(issuedAtS: number, expiresAtS: number, method: string, path: string): string {
  const claims = `"iat":${issuedAtS},"exp":${expiresAtS},"method":${json(method)},"path":${json(path)},`;
  return wholeGroups(claims, BODY_DIGEST);
}

/** The rest: digests are base64url, which JSON writes as it is. @returns where it ends */
function writeDigests(claims: Uint8Array, { bodySha256, contextSha256 }: AssertedRequest): number {
  const bodyEnd = writeLatin1(claims, 0, bodySha256);
  const contextStart = writeLatin1(claims, bodyEnd, CONTEXT_DIGEST);
  return writeLatin1(claims, writeLatin1(claims, contextStart, contextSha256), CLAIMS_END);
}

/** Two parts of a JSON text with as many spaces between as fill up the last group. */
function wholeGroups(text: string, end = ''): string {
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(end);
  return text + ' '.repeat((BASE64_GROUP - (bytes % BASE64_GROUP)) % BASE64_GROUP) + end;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
