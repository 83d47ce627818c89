import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { KEY, keysThat } from '../key.fixture.ts';

test('a key is made by whom the token is named after, and shown once', async () => {
  const created = { ...KEY, key: 'gatehouse_text' };
  const { keys, asked } = keysThat({ createKey: async () => created });
  const admin = startTestAdmin({ keys });
  const answer = await admin.call('/api/keys', {
    method: 'POST',
    body: { client: 'service-a', tenant: 'acme', tier: 'pro', expiresInS: 60, cidrs: ['10.0.0.0/8'] },
  });
  expect(answer.status).toBe(201);
  expect(answer.json()).toEqual(created);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(asked).toEqual([
    [
      'admin:default',
      { client: 'service-a', tenant: 'acme', tier: 'pro', expiresInMs: 60_000, cidrs: ['10.0.0.0/8'] },
    ],
  ]);
  expect(JSON.stringify(admin.lines)).not.toContain('gatehouse_text');
});
