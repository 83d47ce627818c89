import { type AuditLog, createAuditLog } from '../../src/audit/index.ts';
import { type LimitAdministration, openLimitAdministration } from '../../src/ratelimit/index.ts';
import { openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { startTestRatelimit, type TestRatelimit } from './ratelimit.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { type TemporaryRules, temporaryRules } from './temporary-rules.ts';

/** Rate limit services on one Redis, and what an operator changes of them. */
export interface LimitOperations {
  server: TestRedis;
  redis: Redis;
  rules: TemporaryRules;
  services: readonly TestRatelimit[];
  limits: LimitAdministration;
  audit: AuditLog;
  close(): Promise<void>;
}

const KEY_PREFIX = 'gatehouse';

/** @param text of the rule file; @param count of the services */
export async function startLimitOperations(text: string, count = 2): Promise<LimitOperations> {
  const server = await startTestRedis();
  const redis = openRedis(server.address, 'test-operations');
  redis.on('error', () => {});
  const rules = await temporaryRules(text);
  const services = await Promise.all(
    Array.from({ length: count }, () =>
      startTestRatelimit({ redis: server.address, rules: [text], set: ['envoy.ratelimitTimeout=10s'] }),
    ),
  );
  const audit = createAuditLog(redis, redisKeys(KEY_PREFIX).audit);
  const ratelimit = {
    files: [rules.path],
    denied: 'consume' as const,
    mergeDomains: false,
    source: 'files' as const,
    xds: { server: { host: 'localhost', port: 18_000 } },
  };
  const config = { redis: { keyPrefix: KEY_PREFIX }, ratelimit };
  return {
    ...{ server, redis, rules, services, audit },
    limits: openLimitAdministration({ buckets: redis, control: redis }, config, audit),
    async close() {
      for (const service of services) await service.close();
      redis.disconnect();
      await server.close();
      await rules.remove();
    },
  };
}
