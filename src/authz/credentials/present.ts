import type { RequestFacts } from '../check-request.ts';
import type { DenialReason } from '../denial.ts';
import type { Credential } from './credential.ts';

/** Where Envoy's login filter puts the ID token of a browser's login. It removes one that a caller sends. */
const ID_TOKEN_HEADER = 'x-gatehouse-id-token';

/** The headers that carry a credential; they never reach the api. */
export const CREDENTIAL_HEADERS = ['x-api-key', 'authorization', ID_TOKEN_HEADER] as const;

/** RFC 6750, section 2.1; the scheme's case does not matter (RFC 9110, section 11.1). */
const BEARER = /^bearer +(\S+)$/i;

type Sent = { value: string } | { reason: DenialReason };

/** What else than a token counts as a credential. */
export interface Presentation {
  /**
   * Of client certificates: none; or all, where one beside a token makes a request ambiguous, or counts only without a
   * token.
   */
  certificates: 'none' | 'alone' | 'without_token';
  /** Whether browsers can log in. */
  sessions: boolean;
}

/**
 * Finds the one credential of a request: a token in `x-api-key` or `Authorization: Bearer`, the same one in both
 * counting once; a browser's login; or the certificate of the connection.
 * @param facts Envoy joins repeated headers with a comma
 */
export function presentCredential(
  { headers, source }: Pick<RequestFacts, 'headers' | 'source'>,
  { certificates, sessions }: Presentation,
): Credential {
  const encodedPem = certificates === 'none' ? '' : source.certificate;
  const token = presentToken(headers);
  // Cookies go with every request of a browser, so a token that was sent on purpose goes before a login.
  const idToken = sessions && token.kind === 'none' ? (headers[ID_TOKEN_HEADER] ?? '') : '';
  const sent: Credential = idToken === '' ? token : { kind: 'session', idToken };
  if (encodedPem === '') return sent;
  if (sent.kind === 'none') return { kind: 'certificate', encodedPem };
  return certificates === 'alone' ? { kind: 'ambiguous' } : sent;
}

/**
 * The value of `Authorization` where it is the only credential of a request, as it came.
 * @returns undefined where all that a request brings has to be looked at
 */
export function bearerValue(
  { authorization, headers, source }: Pick<RequestFacts, 'authorization' | 'headers' | 'source'>,
  { certificates }: Presentation,
): Uint8Array | undefined {
  if (authorization === undefined || (headers['x-api-key'] ?? '') !== '') return undefined;
  return certificates !== 'none' && source.certificate !== '' ? undefined : authorization;
}

/**
 * The bytes of a token that stands in `Authorization: Bearer`: who knows them need not read them. Nothing of what they spell has
 * been looked at.
 */
export function bearerBytes(authorization: Uint8Array): Uint8Array | undefined {
  if (authorization.length <= SCHEME.length || !hasBearerScheme(authorization)) return undefined;
  let from = SCHEME.length;
  while (authorization[from] === SPACE) from += 1;
  return from === SCHEME.length ? undefined : authorization.subarray(from);
}

const SPACE = 0x20;
const SCHEME = Buffer.from('bearer');
/** What tells a letter's two cases apart. */
const CASE_BIT = 0x20;

function hasBearerScheme(bytes: Uint8Array): boolean {
  for (let at = 0; at < SCHEME.length; at += 1) {
    if (((bytes[at] as number) | CASE_BIT) !== SCHEME[at]) return false;
  }
  return true;
}

function presentToken(headers: RequestFacts['headers']): Credential {
  const apiKey = headers['x-api-key'] ?? '';
  const authorization = headers.authorization ?? '';
  const sent: Sent[] = [];
  if (apiKey !== '') sent.push(single(apiKey));
  if (authorization !== '') sent.push(bearer(authorization));
  const [first, second] = sent;
  if (first === undefined) return { kind: 'none' };
  if (second !== undefined && !same(first, second)) return { kind: 'ambiguous' };
  return 'value' in first
    ? { kind: 'token', token: first.value }
    : { kind: 'unusable', reason: first.reason };
}

function single(value: string): Sent {
  return value.includes(',') ? { reason: 'repeated_header' } : { value };
}

function bearer(value: string): Sent {
  const token = BEARER.exec(value)?.[1];
  if (token !== undefined) return single(token);
  return { reason: value.includes(',') ? 'repeated_header' : 'unsupported_scheme' };
}

function same(a: Sent, b: Sent): boolean {
  return 'value' in a && 'value' in b && a.value === b.value;
}
