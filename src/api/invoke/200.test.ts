import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';
import { until } from '../../../test/support/until.ts';

const store = createMemoryJobStore();
const { call } = startTestApi(store);
const usage = {
  input_tokens: 10,
  output_tokens: 5,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};

async function invokeAndWait() {
  const answer = call('/claude/invoke', {
    method: 'POST',
    body: { prompt: 'hello' },
    headers: { prefer: 'wait=30' },
  });
  await until(() => store.waiting() > 0, 'the call waits');
  return { answer, jobId: store.newest().jobId };
}

test('with Prefer: wait, a job that ends in time is answered with its result', async () => {
  const { answer, jobId } = await invokeAndWait();
  store.play(
    jobId,
    {
      state: 'completed',
      attempts: 1,
      result: { text: 'done' },
      model: 'stand-in',
      usage,
      costUsd: 0.01,
      startedAt: new Date().toISOString(),
      finishedAt: new Date().toISOString(),
    },
    { type: 'status', state: 'completed' },
  );
  const { status, headers, json } = await answer;
  expect(status).toBe(200);
  expect(json()).toMatchObject({
    jobId,
    state: 'completed',
    attempts: 1,
    result: { text: 'done' },
    model: 'stand-in',
    usage,
    costUsd: 0.01,
    timings: { queuedMs: expect.any(Number), runMs: expect.any(Number) },
  });
  expect(headers).toMatchObject({ 'preference-applied': 'wait=30', 'x-claude-model': 'stand-in' });
});

test('a job that failed in time is 200 as well: the call succeeded, the job did not', async () => {
  const { answer, jobId } = await invokeAndWait();
  const error = { code: 'provider_auth', message: 'The provider refused the key.' } as const;
  store.play(jobId, { state: 'failed', attempts: 1, error }, { type: 'status', state: 'failed' });
  const { status, headers, json } = await answer;
  expect(status).toBe(200);
  expect(json()).toMatchObject({ state: 'failed', error });
  expect(headers).not.toHaveProperty('x-claude-model');
});
