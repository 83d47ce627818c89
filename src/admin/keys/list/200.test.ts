import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';
import { KEY, keysThat } from '../key.fixture.ts';

test('a viewer sees the records, and what a new key could name', async () => {
  const listed = { ...KEY, expired: false };
  const { keys } = keysThat({ listKeys: async () => [listed] });
  const choices = { tiers: ['free', 'pro'], routes: ['submit'] };
  const answer = await startTestAdmin({ keys, choices }).call('/api/keys', { token: VIEWER_TOKEN });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ keys: [listed], ...choices });
});
