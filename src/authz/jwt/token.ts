import type { Claims } from '../claims/read.ts';
import { type JsonLimits, parseStrictJson } from '../strict-json/index.ts';
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

/** Three parts, or the five of an encrypted token (RFC 7516, section 7.1), which is taken in order to be refused. */
const FORM = /^[\w-]+\.[\w-]*\.[\w-]*(?:\.[\w-]*\.[\w-]*)?$/;

/** Whether a text looks like a JWT; says nothing on whether it is one. */
export function hasTokenForm(text: string): boolean {
  return FORM.test(text);
}

/** Reads a token (RFC 7519) strictly: every part of it has one meaning. */
export function readToken(token: string): { ok: true; token: UnverifiedToken } | Refused {
  const jws = readCompactJws(token);
  if (jws === undefined) {
    return refused('token_malformed', 'it is not three parts of base64url with a JSON object in the first');
  }
  const json = parseStrictJson(jws.payload, PAYLOAD_LIMITS);
  if (!json.ok) {
    return refused(
      'token_malformed',
      `its payload is not a JSON object with one meaning (${json.problem.code})`,
    );
  }
  const claims = json.values;
  const { iss: issuer } = claims;
  if (typeof issuer !== 'string') return refused('token_issuer', 'iss is missing or not a text');
  return { ok: true, token: { jws, issuer, claims } };
}

/** Whose a token claims to be, by a quick look; undefined when it does not say. Who takes it reads it strictly. */
export function unverifiedIssuer(token: string): string | undefined {
  const [, payload = ''] = token.split('.', 2);
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const issuer = typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : undefined;
    return typeof issuer === 'string' ? issuer : undefined;
  } catch {
    return undefined;
  }
}
