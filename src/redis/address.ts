export interface RedisNode {
  host: string;
  port: number;
}

/** Where Redis is and how it lets us in. */
export type RedisAddress = (RedisServer | RedisSentinel | RedisCluster) & RedisAccess;

/** One Redis: `redis://host:port/db`, `rediss://...` or `unix:///path/to.sock`. */
export interface RedisServer {
  url: string;
}

export type RedisServerAddress = RedisServer & RedisAccess;

/** The master that Sentinels name; after a fail-over the connection follows to the new one. */
export interface RedisSentinel {
  sentinel: { master: string; nodes: readonly RedisNode[]; username?: string; password?: string };
}

export interface RedisCluster {
  cluster: { nodes: readonly RedisNode[] };
}

export interface RedisAccess {
  username?: string | undefined;
  password?: string | undefined;
  /** PEM texts. Absent: no TLS, but for a rediss:// url. */
  tls?: { ca?: string; cert?: string; key?: string; servername?: string };
}

/** An address as it may be shown: without credentials. */
export function describeRedis(address: RedisAddress): string {
  if ('url' in address) return withoutCredentials(address.url);
  if ('cluster' in address) return `the cluster of ${nodeList(address.cluster.nodes)}`;
  const { master, nodes } = address.sentinel;
  return `the master ${master} of the Sentinels at ${nodeList(nodes)}`;
}

function withoutCredentials(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

function nodeList(nodes: readonly RedisNode[]): string {
  return nodes
    .map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`))
    .join(', ');
}
