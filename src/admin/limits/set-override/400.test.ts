import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { LimitsError } from '../../../ratelimit/index.ts';

const BODY = { domain: 'shop', limit: 'pro-minute', entries: { tenant: 'acme' }, requests: 120 };

test.each([
  ['no figure', { ...BODY, requests: undefined }, 'requests'],
  ['a negative figure', { ...BODY, requests: -1 }, 'requests'],
  ['half a request', { ...BODY, requests: 1.5 }, 'requests'],
  ['more than the wire can say', { ...BODY, requests: 2 ** 32 }, 'requests'],
  ['a figure in words', { ...BODY, requests: 'many' }, 'requests'],
  ['no domain', { ...BODY, domain: '' }, 'domain'],
  ['an entry that is no text', { ...BODY, entries: { tenant: 7 } }, 'entries.tenant'],
  [
    '17 entries',
    { ...BODY, entries: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [i, ''])) },
    'entries',
  ],
  ['a burst of nothing', { ...BODY, burst: 0 }, 'burst'],
  ['no time at all', { ...BODY, expiresInS: 0 }, 'expiresInS'],
  ['a long reason', { ...BODY, reason: 'x'.repeat(301) }, 'reason'],
])('%s is named as wrong', async (_what, body, path) => {
  const answer = await startTestAdmin().call('/api/limits/overrides', { method: 'PUT', body });
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path, message: expect.any(String) },
  ]);
});

test('an unknown key is named', async () => {
  const body = { ...BODY, expiresIn: '1h' };
  const answer = await startTestAdmin().call('/api/limits/overrides', { method: 'PUT', body });
  expect(expectAdminProblem(answer, 400, 'invalid_request').detail).toContain('expiresIn');
});

test('entries that the limit can never have are said to be such', async () => {
  const thrown = new LimitsError(
    'invalid_override',
    'pro-minute can never have these entries: it is for tier=pro.',
  );
  const { call } = startTestAdmin({ limits: { setOverride: () => Promise.reject(thrown) } });
  const answer = await call('/api/limits/overrides', { method: 'PUT', body: BODY });
  expect(expectAdminProblem(answer, 400, 'invalid_request').detail).toBe(thrown.message);
});
