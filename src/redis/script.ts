import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command } from 'ioredis';
import type { Redis } from './client.ts';
import { type Argument, writeCommand } from './write-command.ts';

/** A Lua script that runs atomically in Redis. The file's header states KEYS, ARGV and what comes back. */
export type RedisScript = (keys: readonly string[], args: readonly Argument[]) => Promise<unknown>;

/**
 * Binds a Lua file to a connection. Sends only its digest; sends the text once where Redis does not know it yet.
 * @param files such as new URL('./append-event.lua', import.meta.url); several are parts of one script, in their order
 */
export function bindScript(redis: Redis, files: URL | readonly URL[]): RedisScript {
  return bind(redis, files, 'utf8');
}

/** The same for a script whose answer has Buffers where Redis has strings. */
export function bindBinaryScript(redis: Redis, files: URL | readonly URL[]): RedisScript {
  return bind(redis, files, null);
}

function bind(redis: Redis, files: URL | readonly URL[], encoding: 'utf8' | null): RedisScript {
  const parts = Array.isArray(files) ? files : [files];
  const text = parts.map((file) => readFileSync(file, 'utf8')).join('\n');
  const digest = createHash('sha1').update(text).digest('hex');
  return async (keys, args) => {
    try {
      return await redis.sendCommand(new ScriptCommand(digest, keys, args, encoding));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.sendCommand(
        new Command('eval', [text, keys.length, ...keys, ...args], { replyEncoding: encoding }),
      );
    }
  };
}

/**
 * EVALSHA with its arguments written at once: for a call of many keys the library spends more on each argument than the
 * rest of the call takes. It still routes, times, retries and answers the command by what it knows of it: its name, its
 * first key and its promise.
 */
class ScriptCommand extends Command {
  readonly #bytes: Buffer;

  constructor(
    digest: string,
    keys: readonly string[],
    args: readonly Argument[],
    replyEncoding: 'utf8' | null,
  ) {
    super('evalsha', [digest, ...(keys.length === 0 ? ['0'] : ['1', keys[0] as string])], { replyEncoding });
    this.#bytes = writeCommand(['EVALSHA', digest, keys.length], keys, args);
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }
}

/**
 * As the library's own, but for the property, which that deletes: V8 then makes a hash table of the whole command, 800 bytes
 * that outlive it until the next major collection.
 */
Object.assign(ScriptCommand.prototype, {
  _clearTimers(this: { _commandTimeoutTimer: NodeJS.Timeout | undefined }) {
    clearTimeout(this._commandTimeoutTimer);
    this._commandTimeoutTimer = undefined;
  },
});
