import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

const EXPLAINED = {
  ...{ domain: 'shop', entries: [{ key: 'tier', value: 'pro' }], hits: 1, levels: [] },
  result: { kind: 'unknown_domain', domains: ['gatehouse'] },
} as const;

test('a descriptor is asked for by its entries in their order; a value may hold more of =', async () => {
  const asked: unknown[] = [];
  const explain = async (...args: unknown[]) => {
    asked.push(args);
    return EXPLAINED;
  };
  const answer = await startTestAdmin({ limits: { explain } }).call(
    '/api/limits/explain?domain=shop&entry=tier%3Dpro&entry=note=a=b&hits=3',
  );
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual(EXPLAINED);
  expect(asked).toEqual([
    [
      {
        domain: 'shop',
        entries: [
          { key: 'tier', value: 'pro' },
          { key: 'note', value: 'a=b' },
        ],
      },
      3,
    ],
  ]);
});

test('one entry will do', async () => {
  const explain = async () => EXPLAINED;
  const answer = await startTestAdmin({ limits: { explain } }).call(
    '/api/limits/explain?domain=shop&entry=tier=pro',
  );
  expect(answer.status).toBe(200);
});
