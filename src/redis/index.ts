export { describeRedis, type RedisAddress, type RedisServerAddress } from './address.ts';
export { type Announcements, createAnnouncements, type Listener } from './announcements.ts';
export type { Redis } from './client.ts';
export { connected } from './connected.ts';
export { openBlockingRedis, openRedis } from './connection.ts';
export { type RedisKeys, redisKeys } from './keys.ts';
export { logConnection } from './log-connection.ts';
export { bindScript, type RedisScript } from './script.ts';
export { isUnavailable } from './unavailable.ts';
