import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

/** A Lua script that runs atomically in Redis. The file's header states KEYS, ARGV and what comes back. */
export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/**
 * Binds a Lua file to a connection. Sends only its digest; sends the text once where Redis does not know it yet.
 * @param file such as new URL('./fixed-window.lua', import.meta.url)
 */
export function bindScript(redis: Redis, file: URL): RedisScript {
  const text = readFileSync(file, 'utf8');
  const digest = createHash('sha1').update(text).digest('hex');
  return async (keys, args) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(text, keys.length, ...keys, ...args);
    }
  };
}
