import type { FailureLog } from '../../telemetry/index.ts';
import { API_KEY_PREFIX, checkApiKey } from '../api-keys/format.ts';
import type { KnownKey } from '../api-keys/known-key.ts';
import type { LastUsed } from '../api-keys/last-used.ts';
import type { KeyLookup } from '../api-keys/lookup.ts';
import { AuthzError } from '../errors.ts';
import type { Authentication } from './credential.ts';
import type { CredentialMethod } from './method.ts';

export interface ApiKeyMethodOptions {
  keys: Pick<KeyLookup, 'find'>;
  lastUsed: Pick<LastUsed, 'touch'>;
  /** Why keys cannot be looked up. */
  storeFailures: FailureLog;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** API keys, in either header; one lookup each, and none for a text that cannot be one. */
export function createApiKeyMethod(options: ApiKeyMethodOptions): CredentialMethod {
  const { keys, lastUsed, storeFailures, now } = options;

  function judge(key: KnownKey | undefined, address: string): Authentication {
    if (key === undefined) return { kind: 'rejected', reason: 'unknown' };
    const { principal } = key;
    if (now() >= key.expiresAtMs) return { kind: 'rejected', reason: 'expired', principal };
    if (!key.isUsableFrom(address)) return { kind: 'rejected', reason: 'address_not_allowed', principal };
    lastUsed.touch(principal.keyId);
    return { kind: 'authenticated', principal };
  }

  async function judgeLater(lookup: Promise<KnownKey | undefined>, address: string): Promise<Authentication> {
    let key: KnownKey | undefined;
    try {
      key = await lookup;
      storeFailures.succeeded();
    } catch (error) {
      if (error instanceof AuthzError) throw error;
      storeFailures.failed(error);
      return { kind: 'unavailable', reason: 'store_unavailable' };
    }
    return judge(key, address);
  }

  return {
    name: 'api_key',
    recognises: (credential) => credential.kind === 'token' && credential.token.startsWith(API_KEY_PREFIX),
    authenticate(credential, { source: { address } }) {
      if (credential.kind !== 'token') return { kind: 'rejected', reason: 'malformed' };
      const form = checkApiKey(credential.token);
      if (form !== 'ok') return { kind: 'rejected', reason: form };
      const found = keys.find(credential.token);
      return found instanceof Promise ? judgeLater(found, address) : judge(found, address);
    },
  };
}
