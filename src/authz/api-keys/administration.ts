import type { Audit } from '../audit.ts';
import { AuthzError } from '../errors.ts';
import { generateApiKey, generateKeyId, type RandomBytes } from './format.ts';
import { checkedGrants } from './grants.ts';
import { type ApiKeyRecord, isExpired, type KeyGrants, NAME_PATTERN } from './record.ts';
import type { ApiKeyStore } from './store.ts';

export const DEFAULT_TENANT = 'default';
export const DEFAULT_TIER = 'free';

export interface CreateKeyRequest extends KeyGrants {
  client: string;
  /** `default` when absent. */
  tenant?: string | undefined;
  /** One of the configuration's tiers; `free` when absent. */
  tier?: string | undefined;
  /** How long the key is good for; for ever when absent. */
  expiresInMs?: number | undefined;
}

export interface RotateKeyRequest {
  id: string;
  /** How long the old key stays good beside the new one, unless it ends before; 0 ends it at once. */
  graceMs: number;
  /** How long the new key is good for; as long as the old one was meant to be when absent. */
  expiresInMs?: number | undefined;
}

/** The one time that a key's text is seen. */
export type CreatedKey = ApiKeyRecord & { key: string };

/** replaces, and when the key in whose place it stands ends. */
export type RotatedKey = CreatedKey & { replaces: string; oldExpiresAt: string };

/** lastUsedAt: ISO 8601, UTC, to the minute; absent when it was never used. */
export type ListedKey = ApiKeyRecord & { expired: boolean; lastUsedAt?: string };

export interface KeyAdministration {
  /** @throws AuthzError invalid_client, invalid_tenant, unknown_tier, invalid_expiry or invalid_grant; what Redis throws */
  createKey(request: CreateKeyRequest): Promise<CreatedKey>;
  /**
   * Makes a key with the same client and grants in the place of another. Both are good for the grace period.
   * @throws AuthzError unknown_key, expired_key, already_rotated or invalid_expiry; what Redis throws
   */
  rotateKey(request: RotateKeyRequest): Promise<RotatedKey>;
  /** Every key's record, oldest first; never a key. */
  listKeys(): Promise<ListedKey[]>;
  /** Announced to every process: takes effect within milliseconds. @returns false when there is no key of that id */
  revokeKey(id: string): Promise<boolean>;
}

export interface KeyAdministrationOptions {
  store: Pick<ApiKeyStore, 'add' | 'replace' | 'findById' | 'has' | 'list' | 'remove'>;
  /** Called before each change. */
  audit: Audit;
  tiers: readonly string[];
  /** Names of the configuration's routes. */
  routes: readonly string[];
  randomBytes: RandomBytes;
  /** Milliseconds since the epoch. */
  now(): number;
}

export function createKeyAdministration(options: KeyAdministrationOptions): KeyAdministration {
  const { store, audit, tiers, routes, randomBytes, now } = options;
  return {
    async createKey({ client, tenant = DEFAULT_TENANT, tier = DEFAULT_TIER, expiresInMs, ...grants }) {
      checkName('invalid_client', 'client', client);
      checkName('invalid_tenant', 'tenant', tenant);
      if (!tiers.includes(tier)) {
        throw new AuthzError(
          'unknown_tier',
          `There is no tier ${JSON.stringify(tier)}: use ${tiers.join(', ')}.`,
        );
      }
      const unknownRoute = grants.routes?.find((route) => !routes.includes(route));
      if (unknownRoute !== undefined) {
        throw new AuthzError(
          'invalid_grant',
          `There is no route ${JSON.stringify(unknownRoute)}: use ${routes.join(', ')}.`,
        );
      }
      const createdMs = now();
      const record: ApiKeyRecord = {
        id: generateKeyId(randomBytes),
        client,
        tenant,
        tier,
        createdAt: new Date(createdMs).toISOString(),
        ...(expiresInMs !== undefined && { expiresAt: expiry(createdMs, expiresInMs) }),
        ...checkedGrants(grants),
      };
      const key = generateApiKey(randomBytes);
      await audit({ action: 'key.create', target: record.id, details: described(record) });
      await store.add(key, record);
      return { ...record, key };
    },

    async rotateKey({ id, graceMs, expiresInMs }) {
      const nowMs = now();
      const old = await store.findById(id);
      if (old === undefined) throw unknownKey(id);
      if (old.replacedBy !== undefined) throw alreadyRotated(id, old.replacedBy);
      if (isExpired(old, nowMs)) {
        throw new AuthzError('expired_key', `Key ${id} has expired: create a new one for ${old.client}.`);
      }
      const { expiresAt, ...rest } = old;
      const lifetimeMs = expiresInMs ?? intendedLifetimeMs(old);
      const record: ApiKeyRecord = {
        ...rest,
        id: generateKeyId(randomBytes),
        createdAt: new Date(nowMs).toISOString(),
        ...(lifetimeMs !== undefined && { expiresAt: expiry(nowMs, lifetimeMs) }),
        replaces: id,
      };
      const oldExpiresAt = earlier(graceEnd(nowMs, graceMs), expiresAt);
      const key = generateApiKey(randomBytes);
      const details = { replacedBy: record.id, oldExpiresAt, ...described(record) };
      await audit({ action: 'key.rotate', target: id, details });
      if (!(await store.replace({ oldId: id, oldExpiresAt, apiKey: key, record }))) {
        const { replacedBy } = (await store.findById(id)) ?? {};
        throw replacedBy === undefined ? unknownKey(id) : alreadyRotated(id, replacedBy);
      }
      return { ...record, replaces: id, key, oldExpiresAt };
    },

    async listKeys() {
      const nowMs = now();
      return (await store.list()).map(({ lastUsedMs, ...record }) => ({
        ...record,
        expired: isExpired(record, nowMs),
        ...(lastUsedMs !== undefined && { lastUsedAt: toTheMinute(lastUsedMs) }),
      }));
    },

    async revokeKey(id) {
      if (!(await store.has(id))) return false;
      await audit({ action: 'key.revoke', target: id });
      return store.remove(id);
    },
  };
}

/** What the audit has of a key: all but its name, and what other entries tell. */
function described({ id: _, createdAt: __, replaces: ___, ...rest }: ApiKeyRecord): Record<string, unknown> {
  return rest;
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

function graceEnd(nowMs: number, graceMs: number): string {
  const at = new Date(nowMs + graceMs);
  if (!(graceMs >= 0) || Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999) {
    throw new AuthzError('invalid_expiry', 'A grace period is 0 or longer, and ends before the year 10000.');
  }
  return at.toISOString();
}

function earlier(a: string, b: string | undefined): string {
  return b === undefined || Date.parse(a) <= Date.parse(b) ? a : b;
}

/** How long a key was given when it was made. */
function intendedLifetimeMs({ createdAt, expiresAt }: ApiKeyRecord): number | undefined {
  return expiresAt === undefined ? undefined : Date.parse(expiresAt) - Date.parse(createdAt);
}

/** No finer than it is kept. */
function toTheMinute(ms: number): string {
  return new Date(ms - (ms % 60_000)).toISOString();
}

function unknownKey(id: string): AuthzError {
  return new AuthzError('unknown_key', `There is no key ${id}: 'gatehouse keys list' shows all of them.`);
}

function alreadyRotated(id: string, replacedBy: string): AuthzError {
  return new AuthzError(
    'already_rotated',
    `Key ${id} has been replaced by ${replacedBy} already: rotate that one, or revoke ${id}.`,
  );
}
