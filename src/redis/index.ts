export type { Redis } from 'ioredis';
export { openBlockingRedis, openRedis, type RedisAddress } from './connection.ts';
export { type RedisKeys, redisKeys } from './keys.ts';
export { bindScript, type RedisScript } from './script.ts';
