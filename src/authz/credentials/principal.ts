/** How a caller can prove who it is. */
export const AUTH_METHODS = ['api_key', 'jwt', 'oauth', 'oidc', 'mtls', 'anonymous'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** What a credential itself allows of a submission; what is absent it does not restrict. */
export interface Permissions {
  maxTokensPerRequest?: number;
  allowedSkills?: readonly string[];
  allowedModels?: readonly string[];
}

/** Who a credential proves to be. */
export interface Principal {
  client: string;
  tenant: string;
  tier: string;
  /** The credential's public name: an API key's id, a token's jti, a certificate's fingerprint. */
  keyId: string;
  authMethod: AuthMethod;
  roles: readonly string[];
  scopes: readonly string[];
  permissions: Permissions;
  /** Milliseconds since the epoch; what was issued before a point in time can be blocked. */
  issuedAtMs?: number | undefined;
  /** Milliseconds since the epoch. */
  expiresAtMs?: number | undefined;
  /** Names of the only routes that the credential is good for; absent: all. */
  routes?: readonly string[];
  email?: string | undefined;
}
