import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { KEY, keysThat } from '../key.fixture.ts';

test('a key is replaced, with its grace', async () => {
  const rotated = {
    ...KEY,
    id: 'key_2',
    key: 'gatehouse_text',
    replaces: 'key_1',
    oldExpiresAt: KEY.createdAt,
  };
  const { keys, asked } = keysThat({ rotateKey: async () => rotated });
  const { call } = startTestAdmin({ keys });
  const body = { graceS: 3600, expiresInS: 7200 };
  const answer = await call('/api/keys/key_1/rotate', { method: 'POST', body });
  expect(answer.status).toBe(201);
  expect(answer.json()).toEqual(rotated);
  expect(asked).toEqual([['admin:default', { id: 'key_1', graceMs: 3_600_000, expiresInMs: 7_200_000 }]]);
  expect((await call('/api/keys/key_1/rotate', { method: 'POST', body: { graceS: 0 } })).status).toBe(201);
});
