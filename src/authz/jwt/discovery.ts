import { isSecureAddress } from '../../config/index.ts';
import { type JsonLimits, readStrictJson } from '../strict-json/index.ts';
import { UnusableKeySet } from './verification-key.ts';

const DOCUMENT_LIMITS: JsonLimits = { maxDepth: 8, maxMembers: 256 };

/** Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4). */
export function discoveryAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * Where the keys are, by an issuer's description of itself.
 * @throws UnusableKeySet when it describes somebody else (section 4.3), or keys that could be changed on their way
 */
export function jwksAddress(document: Uint8Array, issuer: string): string {
  const json = readStrictJson(document, DOCUMENT_LIMITS, ['issuer', 'jwks_uri']);
  if (!json.ok) throw new UnusableKeySet('the openid-configuration is not a JSON object with one meaning');
  const { issuer: described, jwks_uri: address } = json.values;
  if (described !== issuer) {
    throw new UnusableKeySet('the openid-configuration describes another issuer');
  }
  if (typeof address !== 'string' || !isSecureAddress(address)) {
    throw new UnusableKeySet('the openid-configuration has no https jwks_uri');
  }
  return address;
}
