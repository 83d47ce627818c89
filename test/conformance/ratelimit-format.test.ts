import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD_MS } from '../support/envoyproxy-ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { holdsFor } from './ratelimit/case-files.ts';
import { doubles, type FormatCase, flags, limits, shape } from './ratelimit/cases/format.ts';
import { runSteps } from './ratelimit/run-case.ts';
import { IMPLEMENTATIONS } from './ratelimit/services.ts';

const TOPICS = {
  'the shape of a file': shape,
  limits,
  flags,
  'what is given twice': doubles,
} as const satisfies Record<string, readonly FormatCase[]>;

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

  describe.each(Object.entries(TOPICS))('%s', (_, cases) => {
    it.for([...cases])('$name', async ({ files, verdict, differs, since, steps = [] }, context) => {
      if (missing !== undefined) return context.skip(missing);
      if (!holdsFor(implementation, { since })) {
        return context.skip(`envoyproxy/ratelimit knows this since ${since}`);
      }
      await redis.empty();
      const byName = typeof files === 'string' ? { 'rules.yaml': files } : files;
      const service = await implementation.start({ redis, files: byName });
      try {
        const expected = implementation.name === 'gatehouse' && differs ? differs.verdict : verdict;
        expect(service === 'refused' ? 'refused' : 'taken').toBe(expected);
        if (service !== 'refused') await runSteps(service, 'd', steps);
      } finally {
        if (service !== 'refused') await service.close();
      }
    });
  });
});
