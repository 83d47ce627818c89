import type { RedisHealth } from '../contract.ts';

/** Reads what INFO says. https://redis.io/docs/latest/commands/info/ */
export function readRedisInfo(info: string, latencyMs: number): RedisHealth {
  const values = new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
  const text = (name: string) => values.get(name) ?? '';
  const number = (name: string) => Number(values.get(name) ?? 0);
  return {
    version: text('redis_version'),
    mode: text('redis_mode'),
    role: text('role'),
    usedBytes: number('used_memory'),
    maxBytes: number('maxmemory') || null,
    evictionPolicy: text('maxmemory_policy'),
    clients: number('connected_clients'),
    opsPerS: number('instantaneous_ops_per_sec'),
    latencyMs,
  };
}
