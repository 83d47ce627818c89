import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test('a text beyond all bounds is not read to its end', async () => {
  const answer = await startTestAdmin().call('/api/inspection/try', {
    ...{ method: 'POST', body: { text: 'x'.repeat(600_000) } },
  });
  expectAdminProblem(answer, 413, 'body_too_large');
});
