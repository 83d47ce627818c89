import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const store = createMemoryJobStore();
const { app } = startTestApi(store);

test('the process is healthy, and nobody needs an identity to ask', async () => {
  const answer = await app.inject('/health');
  expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 200, body: { status: 'ok' } });
});

test('it stays healthy while Redis is away, so that callers get our own answer', async () => {
  store.mode = 'away';
  expect((await app.inject('/health')).statusCode).toBe(200);
});
