import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../test/support/api.ts';
import { createMemoryJobStore } from '../../test/support/memory-job-store.ts';

const api = startTestApi(createMemoryJobStore());

test.each([
  '/',
  '/nothing',
  '/claude',
  '/claude/',
  '/claude/nothing',
  '/claude/invoke/',
  '//claude/invoke',
  '/openapiXjson',
])('there is nothing at %s', async (path) => {
  expectProblem(await api.call(path), 404, 'not_found', 'Not found');
});

test('a path that cannot be decoded is not well-formed', async () => {
  expectProblem(await api.call('/claude/status/%ZZ'), 400, 'invalid_request', 'Invalid request');
});

test('a request id that is fit for a log is kept, another is replaced', async () => {
  const kept = await api.call('/nothing', { headers: { 'x-request-id': 'abc-123' } });
  expect(kept.json().requestId).toBe('abc-123');
  const replaced = await api.call('/nothing', { headers: { 'x-request-id': 'a b' } });
  expect(replaced.json().requestId).toMatch(/^[0-9a-f-]{36}$/);
});
