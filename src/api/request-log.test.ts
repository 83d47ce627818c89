import { expect, test } from 'vitest';
import { startTestApi } from '../../test/support/api.ts';
import { createMemoryJobStore } from '../../test/support/memory-job-store.ts';

const CALLER = { client: 'service-a', tenant: 'default', tier: 'pro', key_id: 'key_1' };

test('each line of a request carries who called, by which route, and the job that it is about', async () => {
  const store = createMemoryJobStore();
  const { call, lines } = startTestApi(store);
  const accepted = await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  const { jobId } = store.newest();
  // Which this store cannot do.
  await call(`/claude/jobs/${jobId}`, { method: 'DELETE' });
  expect(lines).toEqual([
    {
      ...{ level: 'info', message: 'job accepted', request_id: 'request-1', ...CALLER },
      ...{ route: 'submit', job_id: jobId },
    },
    {
      ...{ level: 'error', message: 'request failed with a bug', request_id: 'request-1', ...CALLER },
      ...{ route: 'read', job_id: jobId, code: 'internal_error', err: expect.anything() },
    },
  ]);
  expect(accepted.headers).toMatchObject({ 'x-job-id': jobId });
});

test("an answer names the job that it is about, and none that is not the caller's", async () => {
  const store = createMemoryJobStore();
  const { call } = startTestApi(store);
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  const { jobId } = store.newest();
  expect((await call(`/claude/status/${jobId}`)).headers).toMatchObject({ 'x-job-id': jobId });
  const other = await call(`/claude/status/${jobId}`, { as: { client: 'service-b' } });
  expect(other.headers).not.toHaveProperty('x-job-id');
  expect(other.headers).toMatchObject({ 'x-error-code': 'job_not_found' });
});

test("a request without an assertion is nobody's, and its line says only which it was", async () => {
  const { app, lines } = startTestApi(createMemoryJobStore());
  await app.inject({ url: '/claude/jobs', headers: { 'x-request-id': 'request-2' } });
  expect(lines).toEqual([
    {
      ...{ level: 'warn', message: 'request refused', request_id: 'request-2' },
      ...{ code: 'assertion_required', reason: 'missing' },
    },
  ]);
});
