import { askRedis } from '../ask-redis.ts';
import type { Check, Finding } from '../finding.ts';

export const redisPersistenceCheck: Check = {
  part: 'Redis, what it keeps',
  failure: 'wrong',
  async run({ config }) {
    const info = await askRedis(config, (redis) => redis.info('persistence'));
    return info === undefined ? undefined : judgePersistence(info);
  },
};

/** @param info what INFO persistence says: https://redis.io/docs/latest/commands/info/ */
export function judgePersistence(info: string): Omit<Finding, 'part'> {
  const says = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  if (says('aof_last_write_status') === 'err' || says('rdb_last_bgsave_status') === 'err') {
    const detail =
      'its last write to disk has failed: see its log, and whether its disk is full. It may refuse all writes.';
    return { state: 'wrong', detail };
  }
  if (says('aof_enabled') === '1') return { state: 'ok', detail: 'an append-only file' };
  const detail =
    'no append-only file: what was accepted since its last snapshot is lost when it ends. Set appendonly yes.';
  return { state: 'limited', detail };
}
