import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../test/support/admin.ts';

test('a part that there is not', async () => {
  expectAdminProblem(await startTestAdmin().call('/metrics?role=apis'), 400, 'invalid_request');
});
