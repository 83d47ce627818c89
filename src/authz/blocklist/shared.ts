import type { Principal } from '../credentials/principal.ts';
import type { Blocklist, BlocklistVerdict } from './blocklist.ts';
import type { BlocklistCopy } from './copy.ts';
import { fieldsOf, isInForce } from './entry.ts';
import type { BlocklistStore } from './store.ts';

export interface SharedBlocklistOptions {
  copy: Pick<BlocklistCopy, 'blocks' | 'isKnown' | 'size'>;
  store: Pick<BlocklistStore, 'find'>;
  /** Whether the copy has every change. */
  isCurrent(): boolean;
  /** deny: unavailable. lastKnown: what the copy says; unavailable where there never was one. */
  onStoreFailure: 'deny' | 'lastKnown';
  /** Why the store could not be asked. */
  onFailure(error: unknown): void;
  onSuccess(): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * The blocklist that all processes share: looked up in this process's copy while that is current, else in the store;
 * and while that is away as well, as the operator chose.
 */
export function createSharedBlocklist(options: SharedBlocklistOptions): Blocklist {
  const { copy, store, isCurrent, onStoreFailure, onFailure, onSuccess, now } = options;
  const inCopy = (principal: Principal): BlocklistVerdict =>
    copy.size() > 0 && copy.blocks(principal, now()) ? 'blocked' : 'clear';

  async function inStore(principal: Principal): Promise<BlocklistVerdict> {
    try {
      const found = await store.find(fieldsOf(principal));
      onSuccess();
      return found.some((terms) => isInForce(terms, principal, now())) ? 'blocked' : 'clear';
    } catch (error) {
      onFailure(error);
      return onStoreFailure === 'lastKnown' && copy.isKnown() ? inCopy(principal) : 'unavailable';
    }
  }

  return { check: (principal) => (isCurrent() ? inCopy(principal) : inStore(principal)) };
}
