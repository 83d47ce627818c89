import { Cluster, type ClusterOptions, type RedisOptions, Redis as Single } from 'ioredis';
import type {
  RedisAccess,
  RedisAddress,
  RedisCluster,
  RedisSentinel,
  RedisServer,
  RedisServerAddress,
} from './address.ts';
import type { Redis } from './client.ts';
import { giveUpSilent } from './silence.ts';
import { inlineStringMethods } from './string-methods.ts';
import { isReadOnly } from './unavailable.ts';

inlineStringMethods();

/** Without what changes the types of replies. */
type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** Longest wait for a command's answer where the caller has no deadline of its own. */
const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** A connection given up while it is being made never says that it is closed; a process could not end until this is over. */
const DISCONNECT_TIMEOUT_MS = 100;
const RECONNECT_MAX_MS = 500;
/** A connection that owes an answer for so long is given up. */
const SILENCE_MAX_MS = 5_000;
/** A cluster moves slots and elects masters; a command goes after them so many times. */
const MAX_REDIRECTIONS = 5;
/** How often the layout of a cluster is read, beside whenever a node says that it has changed. */
const LAYOUT_INTERVAL_MS = 10_000;

/**
 * A connection for short commands: fails at once while Redis is away and reconnects by itself for ever, so
 * no process needs a restart after Redis comes back.
 * @param name shown in CLIENT LIST
 * @param commandTimeoutMs longest wait for a command's answer
 */
export function openRedis(address: RedisServerAddress, name: string, commandTimeoutMs?: number): Single;
export function openRedis(address: RedisAddress, name: string, commandTimeoutMs?: number): Redis;
export function openRedis(address: RedisAddress, name: string, commandTimeoutMs = COMMAND_TIMEOUT_MS): Redis {
  const own = {
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
  };
  const redis =
    'cluster' in address
      ? openCluster(address, { ...own, connectionName: name }, { enableOfflineQueue: false })
      : new Single({ ...own, ...connectionOptions(address, name), enableOfflineQueue: false });
  giveUpSilent(redis, Math.max(SILENCE_MAX_MS, 2 * commandTimeoutMs));
  return redis;
}

/** A connection that waits for Redis instead of failing: for subscriptions and for workers. */
export function openBlockingRedis(address: RedisAddress, name: string): Redis {
  const own = { maxRetriesPerRequest: null };
  return 'cluster' in address
    ? openCluster(address, { ...own, connectionName: name }, {})
    : new Single({ ...own, ...connectionOptions(address, name) });
}

function openCluster(
  address: RedisCluster & RedisAccess,
  nodeOptions: ConnectionOptions,
  options: ClusterOptions,
): Cluster {
  return new Cluster([...address.cluster.nodes], {
    ...options,
    redisOptions: {
      ...nodeOptions,
      connectTimeout: CONNECT_TIMEOUT_MS,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      ...accessOptions(address),
    },
    clusterRetryStrategy: reconnectAfterMs,
    maxRedirections: MAX_REDIRECTIONS,
    slotsRefreshInterval: LAYOUT_INTERVAL_MS,
  });
}

function connectionOptions(
  address: (RedisServer | RedisSentinel) & RedisAccess,
  name: string,
): ConnectionOptions {
  const shared = {
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: reconnectAfterMs,
    reconnectOnError: createReadOnlyCheck(),
  };
  return 'sentinel' in address
    ? { ...shared, ...accessOptions(address), ...sentinelOptions(address) }
    : { ...shared, ...serverOptions(address.url), ...accessOptions(address) };
}

function serverOptions(text: string): ConnectionOptions {
  const url = new URL(text);
  if (url.protocol === 'unix:') return { path: decodeURIComponent(url.pathname) };
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    db: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : 0,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function sentinelOptions({ sentinel, tls }: RedisSentinel & RedisAccess): ConnectionOptions {
  const { master, nodes, username, password } = sentinel;
  return {
    name: master,
    sentinels: [...nodes],
    sentinelRetryStrategy: reconnectAfterMs,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    failoverDetector: true,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  };
}

function accessOptions({ username, password, tls }: RedisAccess): ConnectionOptions {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function reconnectAfterMs(attempt: number): number {
  return Math.min(attempt * 50, RECONNECT_MAX_MS);
}

/**
 * A master that became a replica refuses to write, on a connection that is otherwise well: where a name or Sentinels lead
 * to the new one, only a new connection gets there. Where Redis is simply read-only this happens once in a while.
 */
function createReadOnlyCheck(): (error: Error) => boolean {
  let checkedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (!isReadOnly(error) || performance.now() - checkedAt < RECONNECT_MAX_MS) return false;
    checkedAt = performance.now();
    return true;
  };
}
