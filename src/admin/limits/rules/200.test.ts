import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { type ExplainedLimit, LimitsError, type ListedRules, RulesError } from '../../../ratelimit/index.ts';
import { parseExposition } from '../../../telemetry/index.ts';
import type { Told } from '../../collect/collector.ts';
import { indexFamilies } from '../../collect/families.ts';

const LIMIT: ExplainedLimit['limit'] = {
  name: 'each',
  requests: 5,
  unit: 'minute',
  unitMultiplier: 1,
  shadowMode: false,
  algorithm: { kind: 'fixed_window', windowMs: 60_000 },
};
const RULES: ListedRules = {
  omitted: 3,
  domains: [
    {
      domain: 'shop',
      nodes: [
        {
          ...{ key: 'tier', value: 'pro', rule: { label: 'tier_pro', limits: [LIMIT] } },
          below: [
            {
              key: 'client',
              value: null,
              rule: { label: 'tier_pro.client', limits: 'unlimited' },
              below: [],
            },
          ],
        },
      ],
    },
  ],
};
const told = (text: string): Told => ({
  source: { role: 'ratelimit', instance: 'a', url: '' },
  families: indexFamilies(parseExposition(text)),
});

test('rules are a tree, with what all processes have counted of each', async () => {
  const processes = [
    told(
      'gatehouse_ratelimit_hits_total{domain="shop",rule="tier_pro"} 5\n' +
        'gatehouse_ratelimit_over_limit_hits_total{domain="shop",rule="tier_pro"} 2\n',
    ),
    told('gatehouse_ratelimit_hits_total{domain="shop",rule="tier_pro"} 1\n'),
  ];
  const answer = await startTestAdmin({
    limits: { rules: async () => RULES },
    collector: { told: () => processes },
  }).call('/api/limits/rules');
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({
    ...{ omitted: 3, problem: null },
    domains: [
      {
        domain: 'shop',
        nodes: [
          {
            ...{ key: 'tier', value: 'pro' },
            rule: {
              label: 'tier_pro',
              limits: [
                {
                  ...{ name: 'each', description: '5 requests per minute', requests: 5 },
                  ...{ algorithm: 'fixed_window', shadowMode: false },
                },
              ],
              counters: { hits: 6, nearLimit: 0, overLimit: 2, shadow: 0 },
            },
            below: [
              {
                ...{ key: 'client', value: null, below: [] },
                rule: {
                  ...{ label: 'tier_pro.client', limits: 'unlimited' },
                  counters: { hits: 0, nearLimit: 0, overLimit: 0, shadow: 0 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('while the service does not tell, nothing is known of counts', async () => {
  const answer = await startTestAdmin({
    limits: { rules: async () => RULES },
    collector: { told: () => [] },
  }).call('/api/limits/rules');
  expect(answer.json()).toMatchObject({ domains: [{ nodes: [{ rule: { counters: null } }] }] });
});

test.each([
  [
    'mistakes',
    new RulesError([{ file: 'a.yaml', line: 3, column: 5, path: 'domain', reason: 'expected' } as never]),
    'a.yaml:3:5',
  ],
  ['a management server', new LimitsError('rules_elsewhere', 'They come by xDS.'), 'They come by xDS.'],
])('where there are none to show it says why: %s', async (_what, error, reason) => {
  const answer = await startTestAdmin({
    limits: { rules: () => Promise.reject(error) },
    collector: { told: () => [] },
  }).call('/api/limits/rules');
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ domains: [], omitted: 0, problem: expect.stringContaining(reason) });
});
