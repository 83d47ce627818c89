import {
  BUILD_MS,
  envoyproxyRatelimit,
  startEnvoyproxyRatelimit,
} from '../../support/envoyproxy-ratelimit.ts';
import { startTestRedis } from '../../support/redis.ts';
import type { Release } from './case.ts';
import type { Implementation, RunningService, ServiceOptions } from './service.ts';

let program = '';
let release: Release = '2026-01';

/** What a request says is answered when no file could be loaded, which does not keep the service from starting. */
const NOTHING_LOADED = /no rate limit configuration loaded/;

export const envoyproxy: Implementation = {
  name: 'envoyproxy/ratelimit',
  async prepare() {
    const built = await envoyproxyRatelimit();
    if ('missing' in built) return built.missing;
    program = built.program;
    // Only releases since then know this key.
    const probe = await start({
      files: { 'probe.yaml': 'domain: d\ndescriptors: [{key: k, metadata: {a: 1}}]\n' },
    });
    if (probe !== 'refused') {
      release = '2026-07';
      await probe.close();
    }
    return undefined;
  },
  release: () => release,
  start,
};

async function start(options: ServiceOptions): Promise<RunningService | 'refused'> {
  const redis = await startTestRedis();
  const close = () => redis.close();
  try {
    const service = await startEnvoyproxyRatelimit(program, { redis, ...options });
    const running = {
      ...service,
      emptyStore: () => redis.empty(),
      async close() {
        await service.close();
        await close();
      },
    };
    const probe = { domain: 'probe', descriptors: [{ entries: [] }] };
    const refused = await service.check(probe).then(
      () => false,
      (error: Error) => NOTHING_LOADED.test(error.message),
    );
    if (!refused) return running;
    await running.close();
    return 'refused';
  } catch (error) {
    await close();
    throw error;
  }
}

export { BUILD_MS };
