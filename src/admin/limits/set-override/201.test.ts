import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import type { ListedOverride } from '../../../ratelimit/index.ts';

const BODY = { domain: 'shop', limit: 'pro-minute', entries: { tenant: 'acme' }, requests: 120 };

test('a new override is set in the name of the admin API, its life in seconds', async () => {
  const asked: unknown[] = [];
  const override = { id: '1', ...BODY, setAt: '', setBy: 'admin:default' } as ListedOverride;
  const setOverride = async (...args: unknown[]) => {
    asked.push(args);
    return { override, replaced: undefined };
  };
  const answer = await startTestAdmin({ limits: { setOverride } }).call('/api/limits/overrides', {
    method: 'PUT',
    body: { ...BODY, reason: 'a launch', expiresInS: 3600 },
  });
  expect(answer.status).toBe(201);
  expect(answer.json()).toEqual({ override, replaced: null });
  expect(asked).toEqual([[{ ...BODY, reason: 'a launch', expiresInMs: 3_600_000 }, 'admin:default']]);
});
