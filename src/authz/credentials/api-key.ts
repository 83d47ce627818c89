import { checkApiKey } from '../api-keys/format.ts';
import type { DenialReason } from '../denial.ts';
import type { Credential } from './credential.ts';

/** The headers that carry a credential; they never reach the api. */
export const CREDENTIAL_HEADERS = ['x-api-key', 'authorization'] as const;

/** RFC 6750, section 2.1; the scheme's case does not matter (RFC 9110, section 11.1). */
const BEARER = /^bearer +(\S+)$/i;

type Sent = { value: string } | { reason: DenialReason };

/**
 * Finds the API key of a request in `x-api-key` or `Authorization: Bearer`. The same key in both counts once.
 * @param header a header's value by its lower-case name; Envoy joins repeated headers with a comma
 */
export function extractApiKey(header: (name: string) => string | undefined): Credential {
  const apiKey = header('x-api-key') ?? '';
  const authorization = header('authorization') ?? '';
  const sent: Sent[] = [];
  if (apiKey !== '') sent.push(single(apiKey));
  if (authorization !== '') sent.push(bearer(authorization));
  const [first, second] = sent;
  if (first === undefined) return { kind: 'unusable', reason: 'missing' };
  if (second !== undefined && !same(first, second)) return { kind: 'ambiguous' };
  if ('reason' in first) return { kind: 'unusable', reason: first.reason };
  const check = checkApiKey(first.value);
  return check === 'ok' ? { kind: 'api_key', apiKey: first.value } : { kind: 'unusable', reason: check };
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
