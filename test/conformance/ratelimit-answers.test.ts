import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD_MS } from '../support/envoyproxy-ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import type { Case } from './ratelimit/case.ts';
import { domainOf, fileOf, holdsFor, stepsFor } from './ratelimit/case-files.ts';
import { counting } from './ratelimit/cases/counting.ts';
import { matching } from './ratelimit/cases/matching.ts';
import { modes } from './ratelimit/cases/modes.ts';
import { crashing, overrides } from './ratelimit/cases/overrides.ts';
import { replaces } from './ratelimit/cases/replaces.ts';
import { requests, SHARED_DOMAIN } from './ratelimit/cases/requests.ts';
import { thresholds } from './ratelimit/cases/thresholds.ts';
import { units } from './ratelimit/cases/units.ts';
import { values } from './ratelimit/cases/values.ts';
import { runSteps } from './ratelimit/run-case.ts';
import type { RunningService } from './ratelimit/service.ts';
import { IMPLEMENTATIONS } from './ratelimit/services.ts';

const TOPICS = {
  matching,
  counting,
  'units and limits': units,
  'limits in the request': overrides,
  'limits that replace others': replaces,
  'shadow and quota mode': modes,
  'texts of keys and values': values,
  'shared thresholds and metric keys': thresholds,
  'domains and requests': requests,
} as const satisfies Record<string, readonly Case[]>;
const ALL: readonly Case[] = Object.values(TOPICS).flat();

it('has one name for each case', () => {
  const names = ALL.map(domainOf);
  expect(new Set(names).size).toBe(names.length);
});

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.close());

describe.each(IMPLEMENTATIONS)('$name', (implementation) => {
  let missing: string | undefined;
  let service: RunningService | undefined;

  beforeAll(async () => {
    missing = await implementation.prepare();
    if (missing !== undefined) return;
    const known = ALL.filter((one) => holdsFor(implementation, one));
    const files = Object.fromEntries(known.map((one) => [`${domainOf(one)}.yaml`, fileOf(one)]));
    await redis.empty();
    const started = await implementation.start({ redis, files: { ...files, 'shared.yaml': SHARED_DOMAIN } });
    if (started === 'refused') throw new Error('the files of the cases are refused');
    service = started;
  }, BUILD_MS);
  afterAll(() => service?.close());

  describe.each(Object.entries(TOPICS))('%s', (_, cases) => {
    it.for([...cases])('$name', async (one, context) => {
      if (service === undefined) return context.skip(missing);
      if (!holdsFor(implementation, one))
        return context.skip(`envoyproxy/ratelimit does so since ${one.since}`);
      await runSteps(service, domainOf(one), stepsFor(implementation, one));
    });
  });

  it.for([...crashing])('$name', async (one, context) => {
    if (missing !== undefined) return context.skip(missing);
    const alone = await implementation.start({ redis, files: { 'rules.yaml': fileOf(one) } });
    if (alone === 'refused') throw new Error('the file of the case is refused');
    await runSteps(alone, domainOf(one), stepsFor(implementation, one)).finally(() => alone.close());
  });
});
