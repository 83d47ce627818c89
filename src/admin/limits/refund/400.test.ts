import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

const BODY = { domain: 'shop', entries: [{ key: 'tenant', value: 'acme' }], hits: 5 };

test.each([
  ['no domain', { ...BODY, domain: undefined }, 'domain'],
  ['no entries', { ...BODY, entries: [] }, 'entries'],
  ['entries of another form', { ...BODY, entries: { tenant: 'acme' } }, 'entries'],
  ['an entry without a value', { ...BODY, entries: [{ key: 'tenant' }] }, 'entries.0.value'],
  ['no hits', { ...BODY, hits: undefined }, 'hits'],
  ['0 hits', { ...BODY, hits: 0 }, 'hits'],
  ['hits as text', { ...BODY, hits: '5' }, 'hits'],
])('%s is named as wrong', async (_what, body, path) => {
  const answer = await startTestAdmin().call('/api/limits/refund', { method: 'POST', body });
  const { errors } = expectAdminProblem(answer, 400, 'invalid_request');
  expect(errors).toEqual([{ path, message: expect.any(String) }]);
});

test('no body at all is named as wrong', async () => {
  expectAdminProblem(
    await startTestAdmin().call('/api/limits/refund', { method: 'POST' }),
    400,
    'invalid_request',
  );
});
