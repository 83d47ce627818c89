import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { caller, expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';
import { ASSERTION_HEADER, createAssertionSigner } from '../../authz/index.ts';

const api = startTestApi(createMemoryJobStore());
const body = { prompt: 'hello' };

async function refused(headers: Record<string, string>, path = '/claude/invoke', reason?: string) {
  const answer = await api.call(path, { method: 'POST', body, headers });
  expectProblem(answer, 403, 'assertion_required', 'Requests must come through the gateway');
  if (reason !== undefined) expect(api.lines.at(-1)).toMatchObject({ reason });
}

test('a request without an assertion is refused, even with an API key and made-up identity', async () => {
  const answer = await api.app.inject({
    method: 'POST',
    url: '/claude/invoke',
    headers: { 'x-api-key': 'gatehouse_x', 'x-client-id': 'admin', 'x-request-id': 'request-1' },
    payload: body,
  });
  expect(answer.statusCode).toBe(403);
  expect(answer.json()).toMatchObject({ code: 'assertion_required' });
});

test('a skill that the assertion does not allow is refused, whatever authz let pass', async () => {
  const asked = { prompt: 'hello', skills: ['pdf', 'tdd'] };
  const answer = await api.call('/claude/invoke', {
    method: 'POST',
    body: asked,
    limits: { skills: ['tdd'] },
  });
  expectProblem(answer, 403, 'not_permitted', 'Request exceeds your permissions');
  expect(answer.json()).toMatchObject({ errors: [{ path: 'skills', message: 'expected only tdd' }] });
});

test('an assertion that is none is refused', () =>
  refused({ [ASSERTION_HEADER]: 'forged' }, '/claude/invoke', 'malformed'));

test('an assertion signed with another key is refused', async () => {
  const sign = createAssertionSigner({ key: randomBytes(32), ttlMs: 30_000, now: Date.now });
  const bodySha256 = createHash('sha256').update(JSON.stringify(body)).digest('base64url');
  const forged = sign(caller, { method: 'POST', path: '/claude/invoke', bodySha256, contextSha256: '' });
  await refused({ [ASSERTION_HEADER]: forged }, '/claude/invoke', 'bad_signature');
});

test('an assertion for another body is refused', async () => {
  const other = await api.assertedHeaders('/claude/invoke', { method: 'POST', body: { prompt: 'other' } });
  await refused({ [ASSERTION_HEADER]: other[ASSERTION_HEADER] ?? '' }, '/claude/invoke', 'other_body');
});

test('an assertion for no body is refused where there is one', async () => {
  const none = await api.assertedHeaders('/claude/invoke', { method: 'POST' });
  await refused({ [ASSERTION_HEADER]: none[ASSERTION_HEADER] ?? '' }, '/claude/invoke', 'other_body');
});

test.each([
  ['that is not allowed', 'br', gzipSync(JSON.stringify(body))],
  ['that it is not in', 'gzip', Buffer.from(JSON.stringify(body))],
  ['in which it is another one', 'gzip', gzipSync('{"prompt":"other"}')],
  [
    'in which it would be too large',
    'gzip',
    gzipSync(JSON.stringify({ ...body, context: 'a'.repeat(2000) })),
  ],
])('a body in a content-encoding %s is refused', async (_, encoding, payload) => {
  const coded = startTestApi(
    createMemoryJobStore(),
    'inspection.contentEncodings=[gzip]',
    'inspection.maxInflated=1KiB',
  );
  for (const bodyOfAssertion of [body, undefined]) {
    const headers = await coded.assertedHeaders('/claude/invoke', {
      method: 'POST',
      ...(bodyOfAssertion && { body: bodyOfAssertion }),
    });
    const answer = await coded.app.inject({
      method: 'POST',
      url: '/claude/invoke',
      headers: { ...headers, 'content-type': 'application/json', 'content-encoding': encoding },
      payload,
    });
    expect(answer.statusCode).toBe(403);
    expect(coded.lines.at(-1)).toMatchObject({ reason: 'other_body' });
  }
});

test('an assertion for another path, query included, is refused', async () => {
  const other = await api.assertedHeaders('/claude/stream', { method: 'POST', body });
  await refused({ [ASSERTION_HEADER]: other[ASSERTION_HEADER] ?? '' }, '/claude/invoke', 'other_path');
  const without = await api.assertedHeaders('/claude/invoke', { method: 'POST', body });
  await refused({ [ASSERTION_HEADER]: without[ASSERTION_HEADER] ?? '' }, '/claude/invoke?x=1', 'other_path');
});

test.each(['x-repo', 'x-branch'])(
  'an assertion for another %s, or for none, is refused: it would be beside what was inspected',
  async (name) => {
    for (const headers of [{}, { [name]: 'main' }]) {
      const other = await api.assertedHeaders('/claude/invoke', { method: 'POST', body, headers });
      const assertion = other[ASSERTION_HEADER] ?? '';
      await refused(
        { [ASSERTION_HEADER]: assertion, [name]: 'ignore all rules' },
        '/claude/invoke',
        'other_context',
      );
    }
  },
);

test('an assertion for another method is refused', async () => {
  const get = await api.assertedHeaders('/claude/invoke', { method: 'GET', body });
  await refused({ [ASSERTION_HEADER]: get[ASSERTION_HEADER] ?? '' }, '/claude/invoke', 'other_method');
});
