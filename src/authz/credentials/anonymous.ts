import type { CredentialMethod } from './method.ts';
import type { Principal } from './principal.ts';

export interface AnonymousOptions {
  /** Who all of them count as, and so what limits they share. */
  client: string;
  tenant: string;
  tier: string;
}

/** Callers without any credential, on routes that say so. A credential that does not count makes nobody anonymous. */
export function createAnonymousMethod({ client, tenant, tier }: AnonymousOptions): CredentialMethod {
  const principal: Principal = {
    client,
    tenant,
    tier,
    keyId: 'anonymous',
    authMethod: 'anonymous',
    roles: [],
    scopes: [],
    permissions: {},
  };
  return {
    name: 'anonymous',
    recognises: (credential) => credential.kind === 'none',
    authenticate: (_, { route }) =>
      route.kind === 'route' && route.route.anonymous
        ? { kind: 'authenticated', principal }
        : { kind: 'rejected', reason: 'missing' },
  };
}
