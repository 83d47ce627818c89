import type { AuthMethod } from './credentials/principal.ts';
import type { Denial } from './denial.ts';

/** From a denial to its WWW-Authenticate header; undefined where it has none. */
export type Challenge = (denial: Pick<Denial, 'code' | 'reason' | 'scopes'>) => string | undefined;

const REALM = 'realm="gatehouse"';

/**
 * Says how to authenticate, by the methods that are switched on (RFC 9110, section 11.6.1: each 401 does). Bearer takes
 * API keys as well. It has an error code where something was sent (RFC 6750, section 3), the same for all that does not count.
 */
export function createChallenge(methods: Iterable<AuthMethod>): Challenge {
  const enabled = new Set(methods);
  const hasToken = ['api_key', 'jwt', 'oauth', 'oidc'].some((name) => enabled.has(name as AuthMethod));
  const others = [
    ...(enabled.has('api_key') ? [`ApiKey ${REALM}`] : []),
    ...(enabled.has('mtls') ? [`ClientCertificate ${REALM}`] : []),
  ];
  const challenge = (error?: string) =>
    [
      ...others,
      ...(hasToken ? [`Bearer ${REALM}${error === undefined ? '' : `, error="${error}"`}`] : []),
    ].join(', ');
  const missing = challenge();
  const ambiguous = challenge('invalid_request');
  const invalid = challenge('invalid_token');

  return ({ code, reason, scopes }) => {
    switch (code) {
      case 'invalid_api_key':
        return reason === 'missing' ? missing : invalid;
      case 'ambiguous_credentials':
        return ambiguous;
      case 'insufficient_scope':
        return `Bearer ${REALM}, error="insufficient_scope", scope="${(scopes ?? []).join(' ')}"`;
      default:
        return undefined;
    }
  };
}
