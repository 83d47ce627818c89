import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRules } from './list-rules.ts';
import { loadRules } from './load.ts';

const RULES = `
domain: shop
descriptors:
  - key: tier
    value: pro
    descriptors: [{ key: client, rate_limit: { name: each, unit: minute, requests_per_unit: 5 } }]
  - key: tier
    value: free*
    rate_limit: { unlimited: true }
  - key: path
`;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-list-rules-'));
  await writeFile(join(dir, 'rules.yaml'), RULES);
});
afterAll(() => rm(dir, { recursive: true }));

const list = async (maxNodes: number) =>
  listRules((await loadRules([join(dir, 'rules.yaml')])).rules, maxNodes);

test('a tree has each level once, wildcards and any values too', async () => {
  expect(await list(100)).toEqual({
    omitted: 0,
    domains: [
      {
        domain: 'shop',
        nodes: [
          {
            ...{ key: 'tier', value: 'pro' },
            below: [
              {
                ...{ key: 'client', value: null, below: [] },
                rule: {
                  label: 'tier_pro.client',
                  limits: [expect.objectContaining({ name: 'each', requests: 5 })],
                },
              },
            ],
          },
          { key: 'tier', value: 'free*', rule: { label: 'tier_free*', limits: 'unlimited' }, below: [] },
          { key: 'path', value: null, below: [] },
        ],
      },
    ],
  });
});

test('what is too much is left out, and how much of it is told', async () => {
  const { domains, omitted } = await list(1);
  expect([domains[0]?.nodes.length, domains[0]?.nodes[0]?.below, omitted]).toEqual([1, [], 3]);
});
