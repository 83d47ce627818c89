import { Redis } from 'ioredis';

/** Where Redis is: `redis://host:port/db`, `rediss://...` or `unix:///path/to.sock`, and its password if any. */
export interface RedisAddress {
  url: string;
  password?: string | undefined;
}

/** Longest wait for a command's answer where the caller has no deadline of its own. */
const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MAX_MS = 500;

/**
 * A connection for short commands: fails at once while Redis is away and reconnects by itself for ever, so
 * no process needs a restart after Redis comes back.
 * @param name shown in CLIENT LIST
 * @param commandTimeoutMs longest wait for a command's answer
 */
export function openRedis(address: RedisAddress, name: string, commandTimeoutMs = COMMAND_TIMEOUT_MS): Redis {
  return new Redis({
    ...connectionOptions(address, name),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
  });
}

/** A connection for blocking commands and BullMQ: waits for Redis instead of failing. */
export function openBlockingRedis(address: RedisAddress, name: string): Redis {
  return new Redis({ ...connectionOptions(address, name), maxRetriesPerRequest: null });
}

function connectionOptions(address: RedisAddress, name: string) {
  const shared = {
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt: number) => Math.min(attempt * 50, RECONNECT_MAX_MS),
    ...(address.password === undefined ? {} : { password: address.password }),
  };
  const url = new URL(address.url);
  if (url.protocol === 'unix:') return { ...shared, path: decodeURIComponent(url.pathname) };
  return {
    ...shared,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    db: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : 0,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
