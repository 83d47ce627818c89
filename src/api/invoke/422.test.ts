import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectProblem } from '../../../test/support/api.ts';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';

let on: ApiOnRedis;
beforeAll(async () => {
  on = await startApiOnRedis(
    'routes={reports: {paths: [/claude/reports/invoke], methods: [POST], kind: submit, systemPrefix: Reports.}}',
  );
});
afterAll(() => on.close());

const invoke = (key: string, prompt: string, path = '/claude/invoke') =>
  on.api.call(path, { method: 'POST', body: { prompt }, headers: { 'idempotency-key': key } });

test('a key that came with another body is refused, and makes no job', async () => {
  expect((await invoke('a', 'first')).status).toBe(202);
  for (const path of ['/claude/invoke', '/claude/stream']) {
    expectProblem(await invoke('a', 'second', path), 422, 'idempotency_key_reused', 'Idempotency key reused');
  }
  expect(await on.jobs.store.outlook()).toMatchObject({ waiting: 1 });
});

test('a key that came with the same body to another route is refused: other words would go before it', async () => {
  expect((await invoke('b', 'first')).status).toBe(202);
  const answer = await invoke('b', 'first', '/claude/reports/invoke');
  expectProblem(answer, 422, 'idempotency_key_reused', 'Idempotency key reused');
  expect((await invoke('b', 'first')).status).toBe(202);
});
