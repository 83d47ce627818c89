import { readFile } from 'node:fs/promises';
import type { Config } from './load.ts';
import type { HostPort } from './schema.ts';

type Place = Omit<Config['redis'], 'keyPrefix'>;

/** A Redis to connect to, with what its files hold. */
export type ConfiguredRedis = (
  | { url: string }
  | { sentinel: { master: string; nodes: HostPort[]; username?: string; password?: string } }
  | { cluster: { nodes: HostPort[] } }
) & {
  username?: string;
  password?: string;
  tls?: { ca?: string; cert?: string; key?: string; servername?: string };
};

/** Whether the configuration names a Redis, or `gatehouse up` has to start one. */
export function namesRedis({ url, sentinel, cluster }: Place): boolean {
  return (url ?? sentinel ?? cluster) !== undefined;
}

/**
 * Where this installation's Redis is, with the passwords and certificates from their files.
 * @throws when no Redis is configured or a file cannot be read
 */
export function redisAddress(config: Pick<Config, 'redis'>): Promise<ConfiguredRedis> {
  return addressOf(config.redis);
}

/**
 * Where the buckets of rate limits are: in a Redis of their own where ratelimit.redis names one.
 * @throws as redisAddress
 */
export function bucketsAddress(config: Pick<Config, 'redis' | 'ratelimit'>): Promise<ConfiguredRedis> {
  return addressOf(config.ratelimit.redis ?? config.redis);
}

/**
 * Where what operators set is, such as overrides and the audit: in redis, or where only ratelimit.redis is named, there.
 * @throws as redisAddress
 */
export function controlAddress(config: Pick<Config, 'redis' | 'ratelimit'>): Promise<ConfiguredRedis> {
  return namesRedis(config.redis) ? redisAddress(config) : bucketsAddress(config);
}

async function addressOf(place: Place): Promise<ConfiguredRedis> {
  const access = { ...(await loginOf(place)), ...(await tlsOf(place)) };
  const { url, sentinel, cluster } = place;
  if (url !== undefined) return { url, ...access };
  if (cluster !== undefined) return { cluster, ...access };
  if (sentinel !== undefined) {
    const { master, nodes } = sentinel;
    return { sentinel: { master, nodes, ...(await loginOf(sentinel)) }, ...access };
  }
  throw new Error(
    "redis.url is not set: start everything with 'gatehouse up', or name your Redis in the configuration.",
  );
}

interface Login {
  username?: string | undefined;
  passwordFile?: string | undefined;
  loginVariable?: string | undefined;
}

async function loginOf({ username, passwordFile, loginVariable }: Login) {
  if (loginVariable !== undefined) return loginIn(loginVariable);
  return {
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: (await readFile(passwordFile, 'utf8')).trim() }),
  };
}

function loginIn(variable: string): { username?: string; password: string } {
  const text = process.env[variable];
  if (!text)
    throw new Error(`The environment variable ${variable}, which is to hold the login of Redis, is not set.`);
  const at = text.indexOf(':');
  return { ...(at > 0 && { username: text.slice(0, at) }), password: text.slice(at + 1) };
}

async function tlsOf({ tls }: Place): Promise<Pick<ConfiguredRedis, 'tls'>> {
  const { enabled, caFile, certFile, keyFile, serverName } = tls;
  const files = { ca: caFile, cert: certFile, key: keyFile };
  const named = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (!enabled && named.length === 0 && serverName === undefined) return {};
  const texts = await Promise.all(
    named.map(async ([name, file]) => [name, await readFile(file, 'utf8')] as const),
  );
  return {
    tls: { ...Object.fromEntries(texts), ...(serverName === undefined ? {} : { servername: serverName }) },
  };
}
