import type { RequestFacts } from '../check-request.ts';
import type { DenialReason } from '../denial.ts';
import type { Credential } from './credential.ts';

/** The headers that carry a credential; they never reach the api. */
export const CREDENTIAL_HEADERS = ['x-api-key', 'authorization'] as const;

/** RFC 6750, section 2.1; the scheme's case does not matter (RFC 9110, section 11.1). */
const BEARER = /^bearer +(\S+)$/i;

type Sent = { value: string } | { reason: DenialReason };

/**
 * Finds the one credential of a request: a token in `x-api-key` or `Authorization: Bearer`. The same token in both
 * counts once.
 * @param header a header's value by its lower-case name; Envoy joins repeated headers with a comma
 */
export function presentCredential({ header }: Pick<RequestFacts, 'header'>): Credential {
  const apiKey = header('x-api-key') ?? '';
  const authorization = header('authorization') ?? '';
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
