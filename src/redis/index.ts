export { type Announcements, createAnnouncements, type Listener } from './announcements.ts';
export type { Redis } from './client.ts';
export { connected } from './connected.ts';
export { openBlockingRedis, openRedis, type RedisAddress } from './connection.ts';
export { type RedisKeys, redisKeys } from './keys.ts';
export { logConnection } from './log-connection.ts';
export { bindScript, type RedisScript } from './script.ts';
export { isUnavailable } from './unavailable.ts';
