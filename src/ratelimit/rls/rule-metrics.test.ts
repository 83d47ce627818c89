import { expect, it } from 'vitest';
import { redisKeys } from '../../redis/index.ts';
import { createMetrics } from '../../telemetry/index.ts';
import type { BucketState } from '../algorithms/bucket.ts';
import { createPlanner } from '../limiter/plan.ts';
import { compileRules } from '../rules/compile.ts';
import { parseRules } from '../rules/parse.ts';
import { outcomeOf } from './outcome.ts';
import { createRuleMetrics } from './rule-metrics.ts';

async function start(text: string, maxRules = 100) {
  const { domain } = parseRules('rules.yaml', text);
  const { rules } = compileRules(domain ? [domain] : []);
  const metrics = await createMetrics();
  const { observe } = createRuleMetrics({ metrics, nearLimitRatio: 0.8, maxRules });
  return {
    /** A request with one descriptor, whose bucket is then so. */
    meet(entries: Record<string, string>, state: Partial<BucketState>, hits = 1) {
      const descriptor = {
        entries: Object.entries(entries).map(([key, value]) => ({ key, value })),
        limit: null,
        hits_addend: { value: hits },
        is_negative_hits: false,
      };
      const request = { domain: 'd', descriptors: [descriptor], hits_addend: 0 };
      const plan = createPlanner(redisKeys('test'))(rules, request, 'a');
      const states = [{ over: false, remaining: 0, used: 1, resetMs: 1, ...state }];
      observe(request, plan, states, outcomeOf(plan, states, { shadowMode: false, quotaMode: false }));
    },
    async of(name: string) {
      const found = (await metrics.registry.getMetricsAsJSON()).find(
        (metric) => metric.name === `gatehouse_ratelimit_${name}_total`,
      );
      return found?.values.map(({ labels, value }) => [
        labels.rule ?? labels.result ?? `${labels.tier} ${labels.limit}`,
        value,
      ]);
    },
  };
}

const limit = 'rate_limit: {unit: minute, requests_per_unit: 10}';

it('counts of hits that cross a threshold those beyond it, where every hit is charged', async () => {
  const { meet, of } = await start(`domain: d\ndescriptors: [{key: k, ${limit}}]\n`);
  meet({ k: 'a' }, { used: 5 }, 5);
  meet({ k: 'a' }, { used: 9 }, 4);
  meet({ k: 'a' }, { used: 13, over: true }, 4);
  meet({ k: 'a' }, { used: 20, over: true }, 7);
  expect(await of('hits')).toEqual([['k', 20]]);
  expect(await of('within_limit_hits')).toEqual([['k', 9]]);
  expect(await of('near_limit_hits')).toEqual([['k', 2]]);
  expect(await of('over_limit_hits')).toEqual([['k', 10]]);
  expect(await of('requests')).toEqual([
    ['ok', 2],
    ['over_limit', 2],
  ]);
});

it('counts all hits of a refused request as over the limit where it is charged to nothing', async () => {
  const { meet, of } = await start(`domain: d\ngatehouse: {}\ndescriptors: [{key: k, ${limit}}]\n`);
  meet({ k: 'a' }, { used: 9, over: true }, 4);
  expect([await of('over_limit_hits'), await of('near_limit_hits')]).toEqual([[['k', 4]], [['k', 0]]]);
});

it('counts as over the limit what a share of it refuses, and never less than nothing', async () => {
  const { meet, of } = await start(`domain: d\ndescriptors: [{key: k, ${limit}}]\n`);
  meet({ k: 'a' }, { used: 6, over: true });
  meet({ k: 'a' }, { used: 10, over: true });
  expect([await of('over_limit_hits'), await of('near_limit_hits')]).toEqual([[['k', 2]], [['k', 0]]]);
});

it('counts hits that pass only because of shadow mode', async () => {
  const { meet, of } = await start(`domain: d\ndescriptors: [{key: k, shadow_mode: true, ${limit}}]\n`);
  meet({ k: 'a' }, { used: 11, over: true });
  expect([await of('shadow_hits'), await of('requests')]).toEqual([[['k', 1]], [['ok', 1]]]);
});

it('names rules by their path, with values of requests only where that is asked for', async () => {
  const { meet, of } = await start(`domain: d
descriptors:
  - {key: plain, ${limit}}
  - {key: exact, value: one, ${limit}}
  - {key: told, value_to_metric: true, ${limit}}
  - {key: detailed, detailed_metric: true, ${limit}}
  - {key: wild, value: "a*", ${limit}}
  - {key: shared, value: "a*", share_threshold: true, value_to_metric: true, ${limit}}
  - {key: both, value: "a*", share_threshold: true, detailed_metric: true, ${limit}}
`);
  for (const key of ['plain', 'told', 'detailed', 'wild', 'shared', 'both']) meet({ [key]: 'abc' }, {});
  meet({ exact: 'one' }, {});
  expect((await of('hits'))?.map(([rule]) => rule)).toEqual([
    ...['plain', 'told_abc', 'detailed_abc', 'wild_a*', 'shared_a*', 'both_a*', 'exact_one'],
  ]);
});

it('does not grow with 10,000 values of requests, which leave the rules of the files their names', async () => {
  const { meet, of } = await start(
    `domain: d\ndescriptors: [{key: each, detailed_metric: true, ${limit}}, {key: plain, ${limit}}]\n`,
    50,
  );
  for (let n = 0; n < 10_000; n += 1) meet({ each: `value-${n}` }, {});
  meet({ plain: 'a' }, {});
  const hits = (await of('hits')) ?? [];
  expect(hits).toHaveLength(52);
  expect(hits).toContainEqual(['other', 9950]);
  expect(hits).toContainEqual(['plain', 1]);
});

it('refusals are told by tier and limit, and those without names together', async () => {
  const named = 'rate_limit: {name: pro-minute, unit: minute, requests_per_unit: 10}';
  const { meet, of } = await start(
    `domain: d\ndescriptors:\n  - {key: tier, ${named}}\n  - {key: client, ${limit}}\n`,
  );
  meet({ tier: 'pro' }, { over: true });
  meet({ tier: 'pro' }, { over: true });
  meet({ tier: 'pro' }, { over: false });
  meet({ client: 'a' }, { over: true });
  expect(await of('refusals')).toEqual([
    ['pro pro-minute', 2],
    ['none none', 1],
  ]);
});
