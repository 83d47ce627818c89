import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BUILD_MS } from '../support/envoyproxy-ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import type { Release } from './ratelimit/case.ts';
import { history, type RequestPlan, requestOf } from './ratelimit/differential/history.ts';
import { ruleFile, ruleTree, type TreeNode, withoutMetricKeys } from './ratelimit/differential/rule-tree.ts';
import { envoyproxy } from './ratelimit/envoyproxy.ts';
import { gatehouse } from './ratelimit/gatehouse.ts';
import { ask } from './ratelimit/run-case.ts';
import type { RunningService } from './ratelimit/service.ts';
import { windowAt } from './ratelimit/window.ts';

/** Files and histories to compare; DIFFERENTIAL_RUNS=2000 takes some minutes. */
const RUNS = Number(process.env.DIFFERENTIAL_RUNS || 25);
/** Takes a reported failure up again, as does DIFFERENTIAL_PATH. */
const SEED = Number(process.env.DIFFERENTIAL_SEED || Date.now() % 2 ** 31);
const RUN_MS = 3_000;

const DOMAINS = ['d0', 'd1', 'd2'] as const;

let missing: string | undefined;
let stores: TestRedis[] = [];
beforeAll(async () => {
  missing = await envoyproxy.prepare();
  stores = [await startTestRedis(), await startTestRedis()];
}, BUILD_MS);
afterAll(() => Promise.all(stores.map((store) => store.close())));

it(
  'answers as envoyproxy/ratelimit does, field by field, whatever the rules and the history of requests',
  async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const trees = fc.tuple(...DOMAINS.map(() => ruleTree(envoyproxy.release())));
    await fc.assert(
      fc.asyncProperty(trees, settingsOf(envoyproxy.release()), history(DOMAINS.length), compare),
      {
        numRuns: RUNS,
        seed: SEED,
        ...(process.env.DIFFERENTIAL_PATH ? { path: process.env.DIFFERENTIAL_PATH } : {}),
        interruptAfterTimeLimit: RUNS * RUN_MS,
        markInterruptAsFailure: true,
      },
    );
  },
  2 * RUNS * RUN_MS + 60_000,
);

const mostlyFalse = fc.oneof(
  { weight: 3, arbitrary: fc.constant('false') },
  { weight: 1, arbitrary: fc.constant('true') },
);
/** Quota mode and dynamic metadata were otherwise before 2026-07. */
function settingsOf(release: Release): fc.Arbitrary<Record<string, string>> {
  return fc.record({
    LIMIT_RESPONSE_HEADERS_ENABLED: fc.constantFrom('true', 'false'),
    SHADOW_MODE: mostlyFalse,
    ...(release >= '2026-07' ? { QUOTA_MODE: mostlyFalse, RESPONSE_DYNAMIC_METADATA: mostlyFalse } : {}),
  });
}

async function compare(
  generated: readonly TreeNode[][],
  set: Record<string, string>,
  plans: readonly RequestPlan[],
): Promise<void> {
  const trees = set.RESPONSE_DYNAMIC_METADATA === 'true' ? generated.map(withoutMetricKeys) : generated;
  const files = Object.fromEntries(
    DOMAINS.map((domain, index) => [`${domain}.yaml`, ruleFile(domain, trees[index] ?? [])]),
  );
  const services: RunningService[] = [];
  const startS = Date.now() / 1000;
  try {
    for (const [index, implementation] of [gatehouse, envoyproxy].entries()) {
      const redis = stores[index];
      if (redis === undefined) throw new Error('there is a store for each service');
      await redis.empty();
      const service = await implementation.start({ redis, files, settings: set });
      if (service === 'refused') throw new Error(`${implementation.name} refuses the files`);
      services.push(service);
    }
    const [ours, theirs] = services as [RunningService, RunningService];
    for (const [index, plan] of plans.entries()) {
      const request = requestOf(plan, DOMAINS, trees);
      const expected = await ask(theirs, request);
      const actual = await ask(ours, request);
      // What a window counted may be in two windows where one has ended meanwhile; once a day at most.
      fc.pre(windowAt('HOUR', startS) === windowAt('HOUR', Date.now() / 1000));
      expect(actual, `answer ${index + 1}: ${JSON.stringify(request)}`).toEqual(
        'error' in expected ? expected : gatehouse.answerAs(expected),
      );
    }
  } finally {
    await Promise.all(services.map((service) => service.close()));
  }
}
