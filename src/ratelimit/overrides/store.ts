import { type AuditedAction, auditFields, MAX_AUDIT_ENTRIES } from '../../audit/index.ts';
import { bindScript, type Redis, type RedisKeys } from '../../redis/index.ts';
import { type LimitOverride, overrideId, overrideSchema } from './override.ts';

/** Each process holds all of them, about 0.5 KiB each. */
export const MAX_OVERRIDES = 10_000;

/** The overrides as they lie in Redis. */
export interface OverrideStore {
  /** Every override, also those that have expired; unordered. */
  list(): Promise<LimitOverride[]>;
  get(id: string): Promise<LimitOverride | undefined>;
  /**
   * Sets an override in place of one with the same target, together with its audit entry.
   * @returns the one before; 'full' where there are as many as may be, and nothing was done
   */
  set(override: LimitOverride, audited: AuditedAction): Promise<LimitOverride | 'full' | undefined>;
  /** @returns the one that was taken away; undefined where there was none, and nothing was written */
  unset(id: string, audited: AuditedAction): Promise<LimitOverride | undefined>;
  /** Changes whenever an override does. */
  version(): Promise<string>;
}

/** @param maxOverrides for tests */
export function createOverrideStore(
  redis: Redis,
  keys: Pick<RedisKeys, 'limitOverrides' | 'audit'>,
  maxOverrides = MAX_OVERRIDES,
): OverrideStore {
  const { limitOverrides, audit } = keys;
  const setScript = bindScript(redis, new URL('./set-override.lua', import.meta.url));
  const unsetScript = bindScript(redis, new URL('./unset-override.lua', import.meta.url));
  return {
    async list() {
      const { '': _version, ...all } = await redis.hgetall(limitOverrides);
      return Object.values(all).flatMap((json) => parse(json) ?? []);
    },
    async get(id) {
      return parse((await redis.hget(limitOverrides, id)) ?? '');
    },
    async set(override, audited) {
      const before = (await setScript(
        [limitOverrides, audit],
        [
          overrideId(override),
          JSON.stringify(override),
          maxOverrides,
          override.setAt,
          MAX_AUDIT_ENTRIES,
          ...auditFields(audited),
        ],
      )) as string;
      return before === 'full' ? 'full' : parse(before);
    },
    async unset(id, audited) {
      const args = [id, MAX_AUDIT_ENTRIES, ...auditFields(audited)];
      return parse((await unsetScript([limitOverrides, audit], args)) as string);
    },
    async version() {
      return (await redis.hget(limitOverrides, '')) ?? '0';
    },
  };
}

/** @returns undefined for '' and for what is no override: another version of Gatehouse may have written it */
function parse(json: string): LimitOverride | undefined {
  if (json === '') return undefined;
  const parsed = overrideSchema.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : undefined;
}
