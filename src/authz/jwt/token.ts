import type { Claims } from '../claims/read.ts';
import { type JsonLimits, readStrictJson } from '../strict-json/index.ts';
import { type CompactJws, readCompactJws } from './compact.ts';
import { type Refused, refused } from './refusal.ts';

/** A token that was read and not verified: nothing in it is true yet. */
export interface UnverifiedToken {
  jws: CompactJws;
  /** Whose it claims to be. */
  issuer: string;
  claims: Claims;
}

/** Wide and deep enough for tokens with hundreds of roles. */
const PAYLOAD_LIMITS: JsonLimits = { maxDepth: 16, maxMembers: 256 };

/** Header, payload and signature as a JWT has them; opaque tokens do not look like that. */
const FORM = /^eyJ[\w-]*\.[\w-]*\.[\w-]*$/;
/** JWE in compact serialization (RFC 7516, section 7.1): tells where to look, and is refused. */
const ENCRYPTED_FORM = /^eyJ[\w-]*(?:\.[\w-]*){4}$/;

/** Whether a text looks like a JWT; says nothing on whether it is one. */
export function hasTokenForm(text: string): boolean {
  return FORM.test(text) || ENCRYPTED_FORM.test(text);
}

/** Reads a token (RFC 7519) strictly: every part of it has one meaning. */
export function readToken(token: string): { ok: true; token: UnverifiedToken } | Refused {
  const jws = readCompactJws(token);
  if (jws === undefined) {
    return refused('token_malformed', 'it is not three parts of base64url with a JSON object in the first');
  }
  const json = readStrictJson(jws.payload, PAYLOAD_LIMITS, ['iss']);
  if (!json.ok) {
    return refused(
      'token_malformed',
      `its payload is not a JSON object with one meaning (${json.problem.code})`,
    );
  }
  const issuer = json.values.iss;
  if (typeof issuer !== 'string') return refused('token_issuer', 'iss is missing or not a text');
  return { ok: true, token: { jws, issuer, claims: JSON.parse(jws.payload.toString()) } };
}
