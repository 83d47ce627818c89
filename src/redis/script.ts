import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from './client.ts';
import { type OnReply, ScriptCommand, type ScriptCommands } from './script-command.ts';
import { type Argument, writeCommand } from './write-command.ts';

/** A Lua script that runs atomically in Redis. The file's header states KEYS, ARGV and what comes back. */
export type RedisScript = (keys: readonly string[], args: readonly Argument[]) => Promise<unknown>;

/** The same, whose answer has Buffers where Redis has strings. The keys and arguments are read at once. */
export type BinaryScript = (keys: readonly string[], args: readonly Argument[], onReply: OnReply) => void;

/**
 * Binds a Lua file to a connection. Sends only its digest; sends the text once where Redis does not know it yet.
 * @param files such as new URL('./append-event.lua', import.meta.url); several are parts of one script, in their order
 */
export function bindScript(redis: Redis, files: URL | readonly URL[]): RedisScript {
  const script = bindBinaryScript(redis, files);
  return (keys, args) =>
    new Promise((resolve, reject) => {
      script(keys, args, (error, reply) => (error === undefined ? resolve(asText(reply)) : reject(error)));
    });
}

/** As bindScript, for scripts that are called so often that a promise for each call is felt. */
export function bindBinaryScript(redis: Redis, files: URL | readonly URL[]): BinaryScript {
  const parts = Array.isArray(files) ? files : [files];
  const text = parts.map((file) => readFileSync(file, 'utf8')).join('\n');
  const digest = createHash('sha1').update(text).digest('hex');
  const shared: ScriptCommands = { deadlines: undefined };
  const send = (key: string | undefined, bytes: Buffer, onReply: OnReply) => {
    redis.sendCommand(new ScriptCommand(shared, key, bytes, onReply).asCommand());
  };
  return (keys, args, onReply) => {
    const [key] = keys;
    const bytes = writeCommand(['EVALSHA', digest, keys.length], keys, args);
    send(key, bytes, (error, reply) => {
      if (error?.message.startsWith('NOSCRIPT')) send(key, withText(bytes, digest, text), onReply);
      else onReply(error, reply);
    });
  };
}

/** The same call by the script's text. */
function withText(call: Buffer, digest: string, text: string): Buffer {
  const count = call.subarray(0, call.indexOf('\r\n'));
  const rest = call.subarray(call.indexOf(digest) + digest.length);
  const evaluation = `\r\n$4\r\nEVAL\r\n$${Buffer.byteLength(text)}\r\n${text}`;
  return Buffer.concat([count, Buffer.from(evaluation), rest]);
}

function asText(reply: unknown): unknown {
  if (Buffer.isBuffer(reply)) return reply.toString();
  return Array.isArray(reply) ? reply.map(asText) : reply;
}
