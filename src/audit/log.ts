import type { Redis } from '../redis/index.ts';
import {
  type AuditEntry,
  type AuditedAction,
  auditFields,
  MAX_AUDIT_ENTRIES,
  readAuditEntry,
} from './entry.ts';
import { type EntryFilter, isWanted } from './entry-filter.ts';

/** What operators changed, and when: an append-only stream in Redis. */
export interface AuditLog {
  /** To be called before the change, so that none goes unseen. @throws what Redis throws; then do not change it */
  append(action: AuditedAction): Promise<void>;
  /**
   * The newest first.
   * @param before id of an entry, to read on from there
   */
  list(limit: number, before?: string, filter?: EntryFilter): Promise<AuditEntry[]>;
}

/** Read at once while entries are looked for. */
const PAGE = 1_000;

/** @param key of the stream */
export function createAuditLog(redis: Redis, key: string): AuditLog {
  return {
    async append(action) {
      await redis.xadd(key, 'MAXLEN', '~', MAX_AUDIT_ENTRIES, '*', ...auditFields(action));
    },
    async list(limit, before, filter = {}) {
      const isFiltered = Object.values(filter).some((each) => each !== undefined);
      const oldest = filter.sinceMs === undefined ? '-' : String(filter.sinceMs);
      const found: AuditEntry[] = [];
      const newest = filter.untilMs === undefined ? '+' : String(filter.untilMs);
      let from = before === undefined ? newest : `(${before}`;
      while (found.length < limit) {
        const count = isFiltered ? PAGE : limit;
        const page = (await redis.xrevrange(key, from, oldest, 'COUNT', count)).map(readAuditEntry);
        found.push(...page.filter((entry) => isWanted(entry, filter)));
        const last = page.at(-1);
        if (last === undefined || page.length < count) break;
        from = `(${last.id}`;
      }
      return found.slice(0, limit);
    },
  };
}
