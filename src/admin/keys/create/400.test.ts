import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { keysThatRefuse } from '../key.fixture.ts';

const create = (body: object, keys = keysThatRefuse('invalid_client')) =>
  startTestAdmin({ keys }).call('/api/keys', { method: 'POST', body });

test.each([
  ['no client', {}, 'client'],
  ['a client that is no text', { client: 7 }, 'client'],
  ['no time', { client: 'a', expiresInS: 0 }, 'expiresInS'],
  ['half a second', { client: 'a', expiresInS: 0.5 }, 'expiresInS'],
  ['routes that are no list', { client: 'a', routes: 'submit' }, 'routes'],
  ['no tokens', { client: 'a', permissions: { maxTokensPerRequest: 0 } }, 'permissions.maxTokensPerRequest'],
])('%s is named as wrong', async (_what, body, path) => {
  const { errors } = expectAdminProblem(await create(body), 400, 'invalid_request');
  expect(errors).toEqual([{ path, message: expect.any(String) }]);
});

test('an unknown key of the body is named', async () => {
  expect(
    expectAdminProblem(await create({ client: 'a', tiers: 'pro' }), 400, 'invalid_request').detail,
  ).toContain('tiers');
});

test.each([
  ['invalid_client', 'client'],
  ['invalid_tenant', 'tenant'],
  ['unknown_tier', 'tier'],
  ['invalid_expiry', 'expiresInS'],
] as const)('%s names the field, and what can be', async (code, path) => {
  const answer = await create({ client: 'a' }, keysThatRefuse(code, 'Use another.'));
  const { detail, errors } = expectAdminProblem(answer, 400, 'invalid_request');
  expect(detail).toBe('Use another.');
  expect(errors).toEqual([{ path, message: 'Use another.' }]);
});

test('a grant that cannot be is named in words', async () => {
  const answer = await create({ client: 'a' }, keysThatRefuse('invalid_grant', '"x" is no address.'));
  expect(expectAdminProblem(answer, 400, 'invalid_request').detail).toBe('"x" is no address.');
});
