import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { keysThat } from '../key.fixture.ts';

test('a key is ended', async () => {
  const { keys, asked } = keysThat({ revokeKey: async () => true });
  const answer = await startTestAdmin({ keys }).call('/api/keys/key_1', { method: 'DELETE' });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
  expect(asked).toEqual([['admin:default', 'key_1']]);
});
