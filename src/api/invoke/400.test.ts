import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore(), 'jobs.timeout=1m', 'jobs.maxTimeout=2m');

async function refused(body: object | string) {
  const answer = await call('/claude/invoke', { method: 'POST', body });
  return expectProblem(answer, 400, 'invalid_request', 'Invalid request');
}

test('an unknown field is named, with the nearest known one', async () => {
  expect(await refused({ prompt: 'hello', modle: 'opus' })).toMatchObject({
    detail: 'modle: unknown field; did you mean model?',
    errors: [{ path: 'modle', message: 'unknown field; did you mean model?' }],
  });
});

test('a field of the wrong type is named, with what was expected', async () => {
  expect(await refused({ prompt: 'hello', max_turns: 'many' })).toMatchObject({
    detail: 'max_turns: expected a whole number from 1 to 1000',
  });
});

test('a skill that nobody has is named, with the nearest that is here', async () => {
  expect(await refused({ prompt: 'hello', skills: ['docs'] })).toMatchObject({
    errors: [
      { path: 'skills.0', message: 'expected the name of a skill that is here; did you mean "docx"?' },
    ],
  });
});

test('a context that is too long is refused by name, and nothing is kept', async () => {
  expect(await refused({ prompt: 'hello', context: { file: 'f'.repeat(65_536) } })).toMatchObject({
    detail: 'context: expected at most 64 KiB as JSON',
    errors: [{ path: 'context', message: 'expected at most 64 KiB as JSON' }],
  });
});

test('a time over the configured most is refused with that most', async () => {
  expect(await refused({ prompt: 'hello', timeout_s: 121 })).toMatchObject({
    detail: 'timeout_s: expected a whole number from 1 to 120',
  });
});

test('a body that is not JSON, no object, or not there is refused', async () => {
  for (const body of ['{', '[]', 'null', '']) {
    expect(await refused(body)).toMatchObject({ detail: 'expected a JSON object' });
  }
});

const withWorkspaces = startTestApi(
  createMemoryJobStore(),
  'workspaces.repositories={"shop":{"path":"/srv/shop","tenants":["default"]},"other":{"path":"/srv/o","tenants":["other"]}}',
);

test.each([
  ['an unknown repository', { repository: 'shp' }, {}],
  ['another tenant’s repository', { repository: 'other' }, {}],
  ['an unknown repository in X-Repo', {}, { 'x-repo': 'other' }],
])('%s is refused with those that may be named', async (_, context, headers) => {
  const answer = await withWorkspaces.call('/claude/invoke', {
    ...{ method: 'POST', headers, body: { prompt: 'hello', context } },
  });
  expect(expectProblem(answer, 400, 'invalid_request', 'Invalid request')).toMatchObject({
    detail: "context.repository: expected one of your tenant's workspaces: shop",
  });
});

test('a branch that can be none is refused', async () => {
  const body = { prompt: 'hello', context: { repository: 'shop', branch: '--upload-pack=x' } };
  const answer = await withWorkspaces.call('/claude/invoke', { method: 'POST', body });
  expect(expectProblem(answer, 400, 'invalid_request', 'Invalid request')).toMatchObject({
    detail: 'context.branch: expected the name of a branch of shop, or none for main',
  });
});

test('a workspace of the tenant is accepted', async () => {
  const body = { prompt: 'hello', context: { repository: 'shop', branch: 'topic' } };
  expect((await withWorkspaces.call('/claude/invoke', { method: 'POST', body })).status).toBe(202);
});
