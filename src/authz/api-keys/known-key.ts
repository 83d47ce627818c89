import type { Principal } from '../credentials/principal.ts';
import { addressMatcher } from './cidr.ts';
import type { ApiKeyRecord } from './record.ts';

/** A key's record, ready for a decision: everything that can be worked out once is. */
export interface KnownKey {
  principal: Principal;
  /** Milliseconds since the epoch; infinite for one that does not expire. */
  expiresAtMs: number;
  /** Whether it may be used from an address. */
  isUsableFrom(address: string): boolean;
}

/** @param record a valid one */
export function knownKey(record: ApiKeyRecord): KnownKey {
  const { id, client, tenant, tier, createdAt, expiresAt, cidrs, routes, roles, scopes, permissions } =
    record;
  const expiresAtMs = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  return {
    principal: {
      client,
      tenant,
      tier,
      keyId: id,
      authMethod: 'api_key',
      roles: roles ?? [],
      scopes: scopes ?? [],
      permissions: permissions ?? {},
      issuedAtMs: Date.parse(createdAt),
      ...(expiresAt !== undefined && { expiresAtMs }),
      ...(routes !== undefined && { routes }),
    },
    expiresAtMs,
    isUsableFrom: cidrs === undefined ? () => true : addressMatcher(cidrs),
  };
}
