import type { FollowedCopy } from '../changes/follow.ts';
import type { Principal } from '../credentials/principal.ts';
import { type BlockTerms, fieldsOf, isInForce } from './entry.ts';
import { type BlocklistStore, parseChange } from './store.ts';

/** The whole blocklist in the memory of this process. */
export interface BlocklistCopy extends FollowedCopy {
  /** Whether it was ever loaded. */
  isKnown(): boolean;
  blocks(principal: Principal, nowMs: number): boolean;
  /** Drops what has ended: the store does so by itself, and does not announce it. */
  sweep(nowMs: number): void;
  size(): number;
}

/** @param store bounds the number of entries */
export function createBlocklistCopy(store: Pick<BlocklistStore, 'all'>): BlocklistCopy {
  let entries: Map<string, BlockTerms> | undefined;
  return {
    async load() {
      const read = await store.all();
      return () => {
        entries = read;
      };
    },
    apply(change) {
      const { field, terms } = parseChange(change);
      if (terms === undefined) entries?.delete(field);
      else entries?.set(field, terms);
    },
    isKnown: () => entries !== undefined,
    blocks(principal, nowMs) {
      if (entries === undefined) return false;
      for (const field of fieldsOf(principal)) {
        const terms = entries.get(field);
        if (terms !== undefined && isInForce(terms, principal, nowMs)) return true;
      }
      return false;
    },
    sweep(nowMs) {
      for (const [field, { untilMs }] of entries ?? []) {
        if (untilMs !== undefined && nowMs >= untilMs) entries?.delete(field);
      }
    },
    size: () => entries?.size ?? 0,
  };
}
