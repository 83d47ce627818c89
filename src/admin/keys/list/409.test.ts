import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['GET', '/api/keys', undefined],
  ['POST', '/api/keys', { client: 'service-a' }],
  ['POST', '/api/keys/key_1/rotate', { graceS: 0 }],
  ['DELETE', '/api/keys/key_1', undefined],
] as const)('without a hash key %s %s says what is missing', async (method, path, body) => {
  const admin = startTestAdmin({ keys: { unavailable: 'identity.apiKeys.hashKeyFile is not set.' } });
  const answer = await admin.call(path, { method, ...(body && { body }) });
  expect(expectAdminProblem(answer, 409, 'keys_unavailable').detail).toContain('hashKeyFile');
});
