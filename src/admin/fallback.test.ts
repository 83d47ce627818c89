import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../test/support/admin.ts';
import { RulesError } from '../ratelimit/index.ts';

const BODY = { domain: 'shop', entries: [{ key: 'tenant', value: 'acme' }] };
const reset = (thrown: Error) => startTestAdmin({ limits: { reset: () => Promise.reject(thrown) } });
const post = { method: 'POST', body: BODY } as const;

test('404: an unknown path', async () => {
  expectAdminProblem(await startTestAdmin().call('/api/nothing'), 404, 'not_found');
});

test('405: a known path with another method says which will do', async () => {
  const answer = await startTestAdmin().call('/api/limits/overrides', { method: 'POST', body: {} });
  expectAdminProblem(answer, 405, 'method_not_allowed');
  expect(answer.headers.allow).toBe('GET, PUT');
});

test('400: a body that is not JSON', async () => {
  const answer = await startTestAdmin().call('/api/limits/reset', { method: 'POST', body: '{' });
  expectAdminProblem(answer, 400, 'invalid_request');
});

test('413: a body that is too large', async () => {
  const body = JSON.stringify({ domain: 'x'.repeat(70_000) });
  const answer = await startTestAdmin().call('/api/limits/reset', { method: 'POST', body });
  expectAdminProblem(answer, 413, 'body_too_large');
});

test('415: a body of another type', async () => {
  const headers = { 'content-type': 'text/plain' };
  const answer = await startTestAdmin().call('/api/limits/reset', { method: 'POST', body: 'x', headers });
  expectAdminProblem(answer, 415, 'unsupported_media_type');
});

test('500: a bug is logged with the request id, and the caller learns nothing of it', async () => {
  const { call, lines } = reset(new TypeError('secret inner detail'));
  const { requestId, detail } = expectAdminProblem(
    await call('/api/limits/reset', post),
    500,
    'internal_error',
  );
  expect(detail).not.toContain('secret');
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', code: 'internal_error', request_id: requestId }),
  );
});

test('500: rule files that cannot be used are named with their mistakes', async () => {
  const problem = {
    file: 'a.yaml',
    line: 3,
    column: 5,
    path: 'domain',
    code: 'missing_key',
    reason: 'expected',
  };
  const { call } = reset(new RulesError([problem as never]));
  const { detail } = expectAdminProblem(await call('/api/limits/reset', post), 500, 'invalid_rules');
  expect(detail).toContain('a.yaml:3:5');
});

test('503: Redis is away', async () => {
  const { call } = reset(new Error('Connection is closed.'));
  const answer = await call('/api/limits/reset', post);
  expectAdminProblem(answer, 503, 'service_unavailable');
  expect(answer.headers['retry-after']).toBe('5');
});
