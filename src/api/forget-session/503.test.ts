import { test } from 'vitest';
import { expectProblem } from '../../../test/support/api.ts';
import { startApiOnRedis } from '../../../test/support/api-on-redis.ts';

test('while Redis is away nothing is forgotten, and the answer says so', async () => {
  const on = await startApiOnRedis();
  await on.redis.kill();
  const answer = await on.api.call('/claude/sessions/talk', { method: 'DELETE' });
  expectProblem(answer, 503, 'service_unavailable', 'Service temporarily unavailable');
  await on.close();
});
