export { examineRedis } from './examine-redis.ts';
export { runUp, type UpOptions } from './run-up.ts';
export { ensureTlsFiles, type TlsFiles } from './tls-files.ts';
