import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import type { ListedOverride } from '../../../ratelimit/index.ts';

const BODY = { domain: 'shop', limit: 'pro-minute', entries: { tenant: 'acme' }, requests: 120 };

test('an override in place of another one tells what was there', async () => {
  const override = { id: '1', ...BODY, setAt: '', setBy: 'admin:default' } as ListedOverride;
  const replaced = { ...override, requests: 90 } as ListedOverride;
  const answer = await startTestAdmin({ limits: { setOverride: async () => ({ override, replaced }) } }).call(
    '/api/limits/overrides',
    { method: 'PUT', body: BODY },
  );
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ override, replaced });
});
