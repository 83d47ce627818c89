import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD_MS } from '../support/envoyproxy-ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type Case, hits, ok, over, step, yearly } from './ratelimit/case.ts';
import { domainOf, fileOf, holdsFor, stepsFor } from './ratelimit/case-files.ts';
import {
  dynamicMetadata,
  globalQuota,
  globalShadow,
  HEADER_SETTINGS,
  metricMetadata,
  OWN_HEADER_SETTINGS,
  ownHeaders,
  responseHeaders,
  stopIncrement,
} from './ratelimit/cases/settings.ts';
import { runSteps } from './ratelimit/run-case.ts';
import type { RunningService } from './ratelimit/service.ts';
import { IMPLEMENTATIONS } from './ratelimit/services.ts';

const GROUPS: readonly { settings: Record<string, string>; cases: readonly Case[] }[] = [
  { settings: HEADER_SETTINGS, cases: responseHeaders },
  { settings: OWN_HEADER_SETTINGS, cases: ownHeaders },
  { settings: { SHADOW_MODE: 'true' }, cases: globalShadow },
  { settings: { QUOTA_MODE: 'true' }, cases: globalQuota },
  { settings: { RESPONSE_DYNAMIC_METADATA: 'true' }, cases: [...dynamicMetadata, ...metricMetadata] },
  { settings: { STOP_CACHE_KEY_INCREMENT_WHEN_OVERLIMIT: 'true' }, cases: stopIncrement },
];

const RULES = 'domain: d\ndescriptors: [{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]\n';
const A = { client: 'service-a' };

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.close());

describe.each(IMPLEMENTATIONS)('$name', (implementation) => {
  let missing: string | undefined;

  beforeAll(async () => {
    missing = await implementation.prepare();
  }, BUILD_MS);

  async function withService(
    settings: Record<string, string>,
    files: Record<string, string>,
    use: (service: RunningService) => Promise<void>,
  ): Promise<void> {
    await redis.empty();
    const service = await implementation.start({ redis, files, settings });
    if (service === 'refused') throw new Error('the files are refused');
    await use(service).finally(() => service.close());
  }

  describe.each(GROUPS)('with $settings', ({ settings, cases }) => {
    it.for([...cases])('$name', async (one, context) => {
      if (missing !== undefined) return context.skip(missing);
      if (!holdsFor(implementation, one))
        return context.skip(`envoyproxy/ratelimit does so since ${one.since}`);
      await withService(settings, { 'rules.yaml': fileOf(one) }, (service) =>
        runSteps(service, domainOf(one), stepsFor(implementation, one)),
      );
    });
  });

  it('puts CACHE_KEY_PREFIX before every key in Redis', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    await withService({ CACHE_KEY_PREFIX: 'shop:' }, { 'rules.yaml': RULES }, async (service) => {
      await runSteps(service, 'd', [step(A, ok(yearly(5), 4))]);
      const keys = await redis.keys();
      expect(keys).not.toEqual([]);
      for (const key of keys) expect(key).toMatch(/^shop:/);
    });
  });

  it('remembers with LOCAL_CACHE_SIZE_IN_BYTES what is over its limit, without asking Redis', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    await withService({ LOCAL_CACHE_SIZE_IN_BYTES: '1000000' }, { 'rules.yaml': RULES }, async (service) => {
      await runSteps(service, 'd', [step(hits(A, 6), over(yearly(5)))]);
      await redis.empty();
      await runSteps(service, 'd', [
        step(A, over(yearly(5))),
        step(hits(A, 0), over(yearly(5))),
        step({ client: 'service-b' }, ok(yearly(5), 4)),
      ]);
    });
  });

  it('merges files of one domain with MERGE_DOMAIN_CONFIG', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const other = 'domain: d\ndescriptors: [{key: tenant, rate_limit: {unit: year, requests_per_unit: 9}}]\n';
    const files = { 'a.yaml': RULES, 'b.yaml': other };
    await withService({ MERGE_DOMAIN_CONFIG: 'true' }, files, (service) =>
      runSteps(service, 'd', [step([A, { tenant: 'team-a' }], [ok(yearly(5), 4), ok(yearly(9), 8)])]),
    );
  });

  it('refuses the same descriptor in two files of one domain also with MERGE_DOMAIN_CONFIG', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const files = { 'a.yaml': RULES, 'b.yaml': RULES };
    const settings = { MERGE_DOMAIN_CONFIG: 'true' };
    const service = await implementation.start({ redis, files, settings });
    if (service !== 'refused') await service.close();
    expect(service).toBe('refused');
  });
});
