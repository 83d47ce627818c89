import { type ServiceError, status } from '@grpc/grpc-js';
import { envoyproxyRatelimit, startEnvoyproxyRatelimit } from '../../support/envoyproxy-ratelimit.ts';
import type { RlsClient } from '../../support/ratelimit.ts';
import { startTestRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';
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
  if (await hasNothingLoaded(service)) {
    await service.close();
    return 'refused';
  }
  return { ...service, implementation: envoyproxy, redis: options.redis };
}

/** Its socket is there a moment before it takes connections. */
async function hasNothingLoaded({ check }: RlsClient): Promise<boolean> {
  let refusal = '';
  const answers = async () => {
    const error = await check({ domain: 'probe', descriptors: [{ entries: [] }] }).then(
      () => undefined,
      (thrown: ServiceError) => thrown,
    );
    refusal = error?.message ?? '';
    return error?.code !== status.UNAVAILABLE;
  };
  await until(answers, 'envoyproxy/ratelimit answers');
  return NOTHING_LOADED.test(refusal);
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
