import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { type RedisProcess, startRedisProcess } from '../support/redis-processes.ts';
import { until } from '../support/until.ts';

const RULES = `
domain: shop
gatehouse: {denied: free}
descriptors:
  - {key: client, rate_limit: {unit: year, requests_per_unit: 1000000}}
`;
/** With a share of 0.00001 one process grants 10 by itself. */
const SETTINGS = ['ratelimit.local.share=0.00001', 'envoy.ratelimitTimeout=1s'];
const CALLERS = 8;
/** How long the load runs before, during and after the fault; what is counted depends on it, what is asserted does not. */
const PHASE_MS = 1_000;
/** Envoy's own deadline, and as much again for a machine that is busy. */
const LONGEST_MS = 3_000;

interface Figures {
  allowed: number;
  denied: number;
  errored: number;
  longestMs: number;
}

const table: string[] = ['| fault | policy | phase | allowed | denied | errored | longest wait |'];

afterAll(() => {
  console.log([table[0], '|---|---|---|---|---|---|---|', ...table.slice(1)].join('\n'));
});

const FAULTS = {
  'killed (SIGKILL)': {
    begin: (redis: RedisProcess) => redis.signal('SIGKILL'),
    end: (redis: RedisProcess) => redis.restart(),
  },
  'stalled (SIGSTOP)': {
    begin: (redis: RedisProcess) => redis.signal('SIGSTOP'),
    end: async (redis: RedisProcess) => redis.signal('SIGCONT'),
  },
};

const cases = Object.keys(FAULTS).flatMap((fault) =>
  ['deny', 'allow', 'local'].map((policy) => [fault, policy] as [keyof typeof FAULTS, string]),
);

it.each(cases)(
  'Redis is %s under load, with the policy %s: no request hangs, and no restart is needed',
  async (name, policy) => {
    const redis = await startRedisProcess([]);
    const service = await startTestRatelimit({
      redis: { url: `redis://127.0.0.1:${redis.port}` },
      rules: [RULES],
      set: [...SETTINGS, `ratelimit.onStoreFailure=${policy}`],
    });
    try {
      const before = await load(service, PHASE_MS);
      FAULTS[name].begin(redis);
      const during = await load(service, PHASE_MS);
      // By now the fault is noticed: from here on every answer is by policy.
      const noticed = await load(service, PHASE_MS);
      await FAULTS[name].end(redis);
      await until(() => isCounted(service), 'requests are counted in Redis again', 20_000);
      const after = await load(service, PHASE_MS);
      for (const [phase, figures] of Object.entries({
        before,
        'first second': during,
        'next second': noticed,
        after,
      })) {
        const { allowed, denied, errored, longestMs } = figures;
        table.push(
          `| ${name} | ${policy} | ${phase} | ${allowed} | ${denied} | ${errored} | ${Math.round(longestMs)} ms |`,
        );
      }

      for (const { longestMs } of [before, during, noticed, after])
        expect(longestMs).toBeLessThan(LONGEST_MS);
      expect([before.denied, before.errored, after.denied, after.errored]).toEqual([0, 0, 0, 0]);
      expect(Math.min(before.allowed, after.allowed)).toBeGreaterThan(0);
      if (policy === 'deny') {
        expect([noticed.allowed, noticed.denied]).toEqual([0, 0]);
        expect(noticed.errored).toBeGreaterThan(0);
      } else if (policy === 'allow') {
        expect([noticed.denied, noticed.errored]).toEqual([0, 0]);
        expect(noticed.allowed).toBeGreaterThan(0);
      } else {
        expect(during.errored + noticed.errored).toBe(0);
        expect(noticed.denied).toBeGreaterThan(0);
        expect(noticed.allowed).toBeLessThanOrEqual(10);
      }
    } finally {
      redis.signal('SIGCONT');
      await service.close();
      await redis.close();
    }
  },
);

/** Callers that ask one request after the other for a while. */
async function load(service: TestRatelimit, forMs: number): Promise<Figures> {
  const figures: Figures = { allowed: 0, denied: 0, errored: 0, longestMs: 0 };
  const endAt = performance.now() + forMs;
  const request = { domain: 'shop', descriptors: [descriptor({ client: 'service-a' })] };
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() < endAt) {
        const askedAt = performance.now();
        const code = await service.check(request).then(
          ({ overallCode }) => overallCode,
          () => 'error',
        );
        figures.longestMs = Math.max(figures.longestMs, performance.now() - askedAt);
        if (code === 'OK') figures.allowed += 1;
        else if (code === 'OVER_LIMIT') figures.denied += 1;
        else figures.errored += 1;
        await delay(1);
      }
    }),
  );
  return figures;
}

/** Whether an answer tells what Redis has counted: less than all, and more than this process would grant by itself. */
async function isCounted(service: TestRatelimit): Promise<boolean> {
  const descriptors = [descriptor({ client: 'service-a' })];
  const answer = await service.check({ domain: 'shop', descriptors }).catch(() => undefined);
  return (answer?.statuses[0]?.limitRemaining ?? 0) > 1000;
}
