import { envoyproxyRatelimit, startEnvoyproxyRatelimit } from '../../support/envoyproxy-ratelimit.ts';
import { startTestRedis } from '../../support/redis.ts';
import type { Release } from './case.ts';
import type { Implementation, RunningService, ServiceOptions } from './service.ts';

let program = '';
let release: Release = '2026-01';

/** What a request is answered when the files could not be loaded, which does not keep the service from starting. */
const NOTHING_LOADED = /no rate limit configuration loaded/;

export const envoyproxy: Implementation = {
  name: 'envoyproxy/ratelimit',
  async prepare() {
    const built = await envoyproxyRatelimit();
    if ('missing' in built) return built.missing;
    program = built.program;
    release = (await knowsMetadata()) ? '2026-07' : '2026-01';
    return undefined;
  },
  release: () => release,
  answerAs: (answer) => answer,
  start,
};

async function start(options: ServiceOptions): Promise<RunningService | 'refused'> {
  const service = await startEnvoyproxyRatelimit(program, options);
  const refused = await service.check({ domain: 'probe', descriptors: [{ entries: [] }] }).then(
    () => false,
    (error: Error) => NOTHING_LOADED.test(error.message),
  );
  if (!refused) return { ...service, implementation: envoyproxy, redis: options.redis };
  await service.close();
  return 'refused';
}

async function knowsMetadata(): Promise<boolean> {
  const redis = await startTestRedis();
  try {
    const files = { 'probe.yaml': 'domain: d\ndescriptors: [{key: k, metadata: {a: 1}}]\n' };
    const service = await start({ redis, files });
    if (service !== 'refused') await service.close();
    return service !== 'refused';
  } finally {
    await redis.close();
  }
}
