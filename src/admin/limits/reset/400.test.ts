import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

const BODY = { domain: 'shop', entries: [{ key: 'tenant', value: 'acme' }] };

test.each([
  ['no domain', { ...BODY, domain: undefined }, 'domain'],
  ['no entries', { ...BODY, entries: [] }, 'entries'],
  ['entries of another form', { ...BODY, entries: { tenant: 'acme' } }, 'entries'],
  ['an entry without a value', { ...BODY, entries: [{ key: 'tenant' }] }, 'entries.0.value'],
])('%s is named as wrong', async (_what, body, path) => {
  const answer = await startTestAdmin().call('/api/limits/reset', { method: 'POST', body });
  const { errors } = expectAdminProblem(answer, 400, 'invalid_request');
  expect(errors).toEqual([{ path, message: expect.any(String) }]);
});

test('no body at all is named as wrong', async () => {
  expectAdminProblem(
    await startTestAdmin().call('/api/limits/reset', { method: 'POST' }),
    400,
    'invalid_request',
  );
});
