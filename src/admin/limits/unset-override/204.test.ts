import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import type { ListedOverride } from '../../../ratelimit/index.ts';

test('an override that is there is taken away', async () => {
  const asked: unknown[] = [];
  const unsetOverride = async (...args: unknown[]) => {
    asked.push(args);
    return {} as ListedOverride;
  };
  const answer = await startTestAdmin({ limits: { unsetOverride } }).call(
    '/api/limits/overrides/0123456789abcdef',
    {
      method: 'DELETE',
    },
  );
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
  expect(asked).toEqual([['0123456789abcdef', 'admin:default']]);
});
