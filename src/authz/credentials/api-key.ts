import type { FailureLog } from '../../telemetry/index.ts';
import { API_KEY_PREFIX, checkApiKey } from '../api-keys/format.ts';
import { type ApiKeyRecord, isExpired } from '../api-keys/record.ts';
import type { ApiKeyStore } from '../api-keys/store.ts';
import { AuthzError } from '../errors.ts';
import type { Authentication } from './credential.ts';
import type { CredentialMethod } from './method.ts';
import type { Principal } from './principal.ts';

export interface ApiKeyMethodOptions {
  store: Pick<ApiKeyStore, 'find'>;
  /** Why keys cannot be looked up. */
  storeFailures: FailureLog;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** API keys, in either header; one lookup each, and none for a text that cannot be one. */
export function createApiKeyMethod({ store, storeFailures, now }: ApiKeyMethodOptions): CredentialMethod {
  return {
    name: 'api_key',
    recognises: (credential) => credential.kind === 'token' && credential.token.startsWith(API_KEY_PREFIX),
    async authenticate(credential) {
      if (credential.kind !== 'token') return { kind: 'rejected', reason: 'malformed' };
      const form = checkApiKey(credential.token);
      if (form !== 'ok') return { kind: 'rejected', reason: form };
      let record: ApiKeyRecord | undefined;
      try {
        record = await store.find(credential.token);
        storeFailures.succeeded();
      } catch (error) {
        if (error instanceof AuthzError) throw error;
        storeFailures.failed(error);
        return { kind: 'unavailable', reason: 'store_unavailable' };
      }
      return authenticationOf(record, now());
    },
  };
}

function authenticationOf(record: ApiKeyRecord | undefined, nowMs: number): Authentication {
  if (record === undefined) return { kind: 'rejected', reason: 'unknown' };
  const principal = principalOf(record);
  return isExpired(record, nowMs)
    ? { kind: 'rejected', reason: 'expired', principal }
    : { kind: 'authenticated', principal };
}

function principalOf({ id, client, tenant, tier, createdAt, expiresAt }: ApiKeyRecord): Principal {
  return {
    client,
    tenant,
    tier,
    keyId: id,
    authMethod: 'api_key',
    roles: [],
    scopes: [],
    permissions: {},
    issuedAtMs: Date.parse(createdAt),
    ...(expiresAt !== undefined && { expiresAtMs: Date.parse(expiresAt) }),
  };
}
