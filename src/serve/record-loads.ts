import { hostname } from 'node:os';
import { createLoadRecorder, type LoadRecorder } from '../audit/index.ts';
import { type Config, controlAddress } from '../config/index.ts';
import { openBlockingRedis, redisKeys } from '../redis/index.ts';
import type { RoleName } from './roles.ts';

/** Writes down what this process loads: which it is, and where it runs. */
export function recordLoads(roles: readonly RoleName[], config: Config): LoadRecorder {
  return createLoadRecorder({
    open: async () => openBlockingRedis(await controlAddress(config), 'gatehouse-loads'),
    keys: redisKeys(config.redis.keyPrefix),
    actor: `process:${roles.join('+')}`,
    details: { host: hostname(), pid: process.pid },
  });
}
