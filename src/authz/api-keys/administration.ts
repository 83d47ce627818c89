import { AuthzError } from '../errors.ts';
import { generateApiKey, generateKeyId, type RandomBytes } from './format.ts';
import { type ApiKeyRecord, isExpired, NAME_PATTERN } from './record.ts';
import type { ApiKeyStore } from './store.ts';

export const DEFAULT_TENANT = 'default';
export const DEFAULT_TIER = 'free';

export interface CreateKeyRequest {
  client: string;
  /** `default` when absent. */
  tenant?: string | undefined;
  /** One of the configuration's tiers; `free` when absent. */
  tier?: string | undefined;
  /** How long the key is good for; for ever when absent. */
  expiresInMs?: number | undefined;
}

/** The one time that a key's text is seen. */
export type CreatedKey = ApiKeyRecord & { key: string };

export type ListedKey = ApiKeyRecord & { expired: boolean };

export interface KeyAdministration {
  /** @throws AuthzError invalid_client, invalid_tenant, unknown_tier or invalid_expiry; what Redis throws */
  createKey(request: CreateKeyRequest): Promise<CreatedKey>;
  /** Every key's record, oldest first; never a key. */
  listKeys(): Promise<ListedKey[]>;
  /** Takes effect with the next check. @returns false when there is no key of that id */
  revokeKey(id: string): Promise<boolean>;
}

export interface KeyAdministrationOptions {
  store: ApiKeyStore;
  tiers: readonly string[];
  randomBytes: RandomBytes;
  /** Milliseconds since the epoch. */
  now(): number;
}

export function createKeyAdministration(options: KeyAdministrationOptions): KeyAdministration {
  const { store, tiers, randomBytes, now } = options;
  return {
    async createKey({ client, tenant = DEFAULT_TENANT, tier = DEFAULT_TIER, expiresInMs }) {
      checkName('invalid_client', 'client', client);
      checkName('invalid_tenant', 'tenant', tenant);
      if (!tiers.includes(tier)) {
        throw new AuthzError(
          'unknown_tier',
          `There is no tier ${JSON.stringify(tier)}: use ${tiers.join(', ')}.`,
        );
      }
      const createdMs = now();
      const record: ApiKeyRecord = {
        id: generateKeyId(randomBytes),
        client,
        tenant,
        tier,
        createdAt: new Date(createdMs).toISOString(),
        ...(expiresInMs === undefined ? {} : { expiresAt: expiry(createdMs, expiresInMs) }),
      };
      const key = generateApiKey(randomBytes);
      await store.add(key, record);
      return { ...record, key };
    },
    async listKeys() {
      const nowMs = now();
      return (await store.list()).map((record) => ({ ...record, expired: isExpired(record, nowMs) }));
    },
    revokeKey: (id) => store.remove(id),
  };
}

function checkName(code: 'invalid_client' | 'invalid_tenant', what: string, name: string): void {
  if (NAME_PATTERN.test(name)) return;
  throw new AuthzError(
    code,
    `${JSON.stringify(name)} cannot be a ${what}'s name: use 1 to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit, such as service-a.`,
  );
}

function expiry(createdMs: number, expiresInMs: number): string {
  const at = new Date(createdMs + expiresInMs);
  if (!(expiresInMs > 0) || Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999) {
    throw new AuthzError('invalid_expiry', 'A key must expire in the future, before the year 10000.');
  }
  return at.toISOString();
}
