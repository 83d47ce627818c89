import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

test('a descriptor is asked for by its entries in their order; a value may hold more of =', async () => {
  const asked: unknown[] = [];
  const peek = async (...args: unknown[]) => {
    asked.push(args);
    return [];
  };
  const answer = await startTestAdmin({ limits: { peek } }).call(
    '/api/limits/peek?domain=shop&entry=tier%3Dpro&entry=note=a=b',
  );
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ limits: [] });
  expect(asked).toEqual([
    [
      {
        domain: 'shop',
        entries: [
          { key: 'tier', value: 'pro' },
          { key: 'note', value: 'a=b' },
        ],
      },
    ],
  ]);
});

test('one entry will do', async () => {
  const peek = async () => [];
  const answer = await startTestAdmin({ limits: { peek } }).call(
    '/api/limits/peek?domain=shop&entry=tier=pro',
  );
  expect(answer.status).toBe(200);
});
