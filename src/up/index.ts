export { examineRedis } from './examine-redis.ts';
export { ensureCookieSecret } from './login-secrets.ts';
export { settlePorts } from './ports.ts';
export { runUp, type UpOptions } from './run-up.ts';
export { ensureTlsFiles } from './tls-files.ts';
