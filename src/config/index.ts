export { ConfigError, type ConfigIssue } from './issue.ts';
export { type Config, type ConfigSources, loadConfig } from './load.ts';
export { nearestWord } from './nearest-word.ts';
export { redisAddress } from './redis-address.ts';
export { configReference } from './reference.ts';
export type { HostPort, Settings } from './schema.ts';
export { configShape, type Shape } from './shape.ts';
export { MAX_SOCKET_PATH_BYTES } from './socket-path.ts';
export { formatHostPort, parseDurationMs } from './units.ts';
