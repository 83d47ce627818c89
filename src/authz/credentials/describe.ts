import type { RequestFacts } from '../check-request.ts';
import type { Credential } from './credential.ts';
import type { Principal } from './principal.ts';

/** For operators: what a request brought, without any part of it. */
export function describeCredential(
  credential: Credential,
  { headers, source }: Pick<RequestFacts, 'headers' | 'source'>,
): string {
  switch (credential.kind) {
    case 'none':
      return 'none';
    case 'token':
      return `a token of ${credential.token.length} characters in ${whereOf(headers)}`;
    case 'certificate':
      return 'the certificate of the TLS connection';
    case 'session':
      return "a browser's login";
    case 'unusable':
      return `something in ${whereOf(headers)} that cannot be one: ${credential.reason}`;
    case 'ambiguous':
      return `two that differ: ${[...headersWith(headers), ...(source.certificate === '' ? [] : ['the TLS connection'])].join(', ')}`;
  }
}

function whereOf(headers: RequestFacts['headers']): string {
  return headersWith(headers).join(' and ');
}

function headersWith(headers: RequestFacts['headers']): string[] {
  return (['x-api-key', 'authorization'] as const).filter((name) => (headers[name] ?? '') !== '');
}

/** For operators: whose a credential is. */
export function describePrincipal(principal: Principal): string {
  const { client, tenant, tier, keyId, roles, scopes, routes, expiresAtMs } = principal;
  return [
    `client ${client}`,
    `tenant ${tenant}`,
    `tier ${tier}`,
    `key ${keyId}`,
    ...(roles.length === 0 ? [] : [`roles ${roles.join(' ')}`]),
    ...(scopes.length === 0 ? [] : [`scopes ${scopes.join(' ')}`]),
    ...(routes === undefined ? [] : [`routes ${routes.join(' ')}`]),
    ...(expiresAtMs === undefined ? [] : [`until ${new Date(expiresAtMs).toISOString()}`]),
  ].join(', ');
}
