import { type AuditedAction, createAuditLog } from '../audit/index.ts';
import type { Redis, RedisKeys } from '../redis/index.ts';

/** What operators do with keys and the blocklist. */
export type AuthzAction = 'key.create' | 'key.rotate' | 'key.revoke' | 'block.add' | 'block.remove';

/**
 * Writes down what an operator is about to change. It cannot be one script with the change: the audit stream is in
 * another slot of Redis Cluster. @throws what Redis throws; then nothing is to be changed
 */
export type Audit = (
  action: Omit<AuditedAction, 'actor' | 'action'> & { action: AuthzAction },
) => Promise<void>;

/** @param actor who does it, such as `cli:root` */
export function openAudit(redis: Redis, keys: Pick<RedisKeys, 'audit'>, actor: string): Audit {
  const log = createAuditLog(redis, keys.audit);
  return (action) => log.append({ actor, ...action });
}
