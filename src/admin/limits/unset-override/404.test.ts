import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each(['0123456789abcdef', 'nonsense', 'x'.repeat(300), '%00'])('there is no override %s', async (id) => {
  const { call } = startTestAdmin({ limits: { unsetOverride: async () => undefined } });
  expectAdminProblem(
    await call(`/api/limits/overrides/${id}`, { method: 'DELETE' }),
    404,
    'override_not_found',
  );
});
