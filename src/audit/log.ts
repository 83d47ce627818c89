import type { Redis } from '../redis/index.ts';
import {
  type AuditEntry,
  type AuditedAction,
  auditFields,
  MAX_AUDIT_ENTRIES,
  readAuditEntry,
} from './entry.ts';

/** What operators changed, and when: an append-only stream in Redis. */
export interface AuditLog {
  /** To be called before the change, so that none goes unseen. @throws what Redis throws; then do not change it */
  append(action: AuditedAction): Promise<void>;
  /**
   * The newest first.
   * @param before id of an entry, to read on from there
   */
  list(limit: number, before?: string): Promise<AuditEntry[]>;
}

/** @param key of the stream */
export function createAuditLog(redis: Redis, key: string): AuditLog {
  return {
    async append(action) {
      await redis.xadd(key, 'MAXLEN', '~', MAX_AUDIT_ENTRIES, '*', ...auditFields(action));
    },
    async list(limit, before) {
      const from = before === undefined ? '+' : `(${before}`;
      const entries = await redis.xrevrange(key, from, '-', 'COUNT', limit);
      return entries.map(readAuditEntry);
    },
  };
}
