import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { caller, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';
import { until } from '../../../test/support/until.ts';

const store = createMemoryJobStore();
const api = startTestApi(store);
const invoke = (body: object, headers = {}) => api.call('/claude/invoke', { method: 'POST', body, headers });

test('a job is accepted and the answer says where to read it', async () => {
  const answer = await invoke({ prompt: 'hello' });
  const { jobId } = store.newest();
  expect(answer.status).toBe(202);
  expect(answer.json()).toEqual({
    jobId,
    state: 'queued',
    statusUrl: `/claude/status/${jobId}`,
    estimatedWait: '30-120 seconds',
    position: 1,
  });
  expect(answer.headers).toMatchObject({ location: `/claude/status/${jobId}`, 'retry-after': '2' });
  expect(answer.headers).not.toHaveProperty('preference-applied');
});

test('the job belongs to whom the assertion names, whatever the headers say', async () => {
  await invoke({ prompt: 'hello' }, { 'x-client-id': 'admin', 'x-tenant-id': 'other' });
  const { client, tenant, tier, keyId } = caller;
  expect(store.newest()).toMatchObject({ owner: { client, tenant, tier, keyId }, requestId: 'request-1' });
});

test("the job keeps the request's trace, and the log names it", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  await invoke({ prompt: 'hello' }, { traceparent });
  expect(store.newest()).toMatchObject({ traceparent });
  expect(api.lines.at(-1)).toMatchObject({ trace_id: traceId });
  await invoke({ prompt: 'hello' }, { traceparent: 'nonsense' });
  expect(store.newest()).not.toHaveProperty('traceparent');
});

test('the whole request reaches the job', async () => {
  const request = {
    prompt: 'hello',
    context: { repository: 'acme/shop', branch: 'main', ticket: 7 },
    system: 'Be brief.',
    model: 'opus',
    max_tokens: 1000,
    max_turns: 3,
    timeout_s: 600,
  };
  await invoke(request);
  expect(store.newest().request).toEqual(request);
});

test('the skills that a request names reach the job, which may be given them', async () => {
  const body = { prompt: 'hello', skills: ['pdf', 'tdd'] };
  await api.call('/claude/invoke', { method: 'POST', body, limits: { skills: ['tdd', 'pdf'] } });
  expect(store.newest().request.skills).toEqual(['pdf', 'tdd']);
});

test('the job stays within the limits that authz asserted, also where the request leaves them out', async () => {
  const limits = { maxTokens: 4000, maxTurns: 5, maxTimeoutS: 60, model: 'haiku' };
  await api.call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' }, limits });
  expect(store.newest().request).toEqual({
    ...{ prompt: 'hello', max_tokens: 4000, max_turns: 5, timeout_s: 60, model: 'haiku' },
  });
  const greedy = { prompt: 'hello', max_tokens: 9000, max_turns: 99, timeout_s: 600, model: 'sonnet' };
  await api.call('/claude/invoke', { method: 'POST', body: greedy, limits });
  expect(store.newest().request).toEqual({ ...greedy, max_tokens: 4000, max_turns: 5, timeout_s: 60 });
  const modest = { prompt: 'hello', max_tokens: 1, max_turns: 1, timeout_s: 1, model: 'haiku' };
  await api.call('/claude/invoke', { method: 'POST', body: modest, limits });
  expect(store.newest().request).toEqual(modest);
});

test('the job gets no more than the defaults where its limits are above them', async () => {
  const limits = { maxTurns: 1000, maxTimeoutS: 10_000 };
  await api.call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' }, limits });
  expect(store.newest().request).toEqual({ prompt: 'hello', max_turns: 30, timeout_s: 300 });
});

test('a body in a content-encoding that is allowed is what authz inspected of it', async () => {
  const coded = startTestApi(store, 'inspection.contentEncodings=[gzip]');
  const body = JSON.stringify({ prompt: 'hello in gzip' });
  const headers = await coded.assertedHeaders('/claude/invoke', { method: 'POST', body });
  const answer = await coded.app.inject({
    method: 'POST',
    url: '/claude/invoke',
    headers: { ...headers, 'content-encoding': 'GZIP' },
    payload: gzipSync(body),
  });
  expect(answer.statusCode).toBe(202);
  expect(store.newest().request).toEqual({ prompt: 'hello in gzip' });
});

test('X-Repo and X-Branch fill in what the body leaves out', async () => {
  await invoke(
    { prompt: 'hello', context: { branch: 'of-the-body' } },
    { 'x-repo': 'acme/shop', 'x-branch': 'of-the-header' },
  );
  expect(store.newest().request.context).toEqual({ repository: 'acme/shop', branch: 'of-the-body' });
  expect(store.newest().injected).toEqual([
    { source: 'header', name: 'X-Repo', field: 'context.repository' },
  ]);
  await invoke({ prompt: 'hello' }, { 'x-branch': 'main' });
  expect(store.newest().request.context).toEqual({ branch: 'main' });
  expect(store.newest().injected).toEqual([{ source: 'header', name: 'X-Branch', field: 'context.branch' }]);
  await invoke({ prompt: 'hello', context: { branch: 'main' } }, { 'x-branch': 'other' });
  expect(store.newest()).not.toHaveProperty('injected');
});

test('X-Repo and X-Branch are read as UTF-8, as authz reads them', async () => {
  const sent = Buffer.from('größe').toString('latin1');
  await invoke({ prompt: 'hello' }, { 'x-branch': sent });
  expect(store.newest().request.context).toEqual({ branch: 'größe' });
});

test.each(['x-repo', 'x-branch'])(
  '%s that is not UTF-8, of which authz saw something else, is 400',
  async (name) => {
    const answer = await invoke({ prompt: 'hello' }, { [name]: 'ignore\u00a0this' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('UTF-8'),
    });
  },
);

test('with Prefer: wait, a job that does not end in time is 202', async () => {
  const answer = await invoke({ prompt: 'hello' }, { prefer: 'respond-async, wait=0' });
  expect(answer.status).toBe(202);
  expect(answer.headers['preference-applied']).toBe('respond-async, wait=0');
});

test('a wait ends with 202 when the process closes', async () => {
  const closing = startTestApi(store);
  const answer = closing.call('/claude/invoke', {
    method: 'POST',
    body: { prompt: 'hello' },
    headers: { prefer: 'wait=60' },
  });
  await until(() => store.waiting() > 0, 'the call waits');
  store.play(store.newest().jobId, { state: 'running', attempts: 1 }, { type: 'status', state: 'running' });
  await closing.app.close();
  expect((await answer).json()).toMatchObject({ state: 'running' });
});

test('a job that still waits when the wait is over has its position', async () => {
  const closing = startTestApi(store);
  const answer = closing.call('/claude/invoke', {
    method: 'POST',
    body: { prompt: 'hello' },
    headers: { prefer: 'wait=60' },
  });
  await until(() => store.waiting() > 0, 'the call waits');
  store.play(store.newest().jobId, { state: 'queued', attempts: 1 });
  await closing.app.close();
  expect((await answer).json()).toMatchObject({ state: 'queued', position: expect.any(Number) });
});

test('an accepted job stays accepted when Redis goes away during the wait', async () => {
  const answer = invoke({ prompt: 'hello' }, { prefer: 'wait=60' });
  await until(() => store.waiting() > 0, 'the call waits');
  store.play(store.newest().jobId, { state: 'completed' });
  store.mode = 'away';
  expect((await answer).status).toBe(202);
  store.mode = 'working';
});

test('no prompt gets into the log', async () => {
  await invoke({ prompt: 'heliotrope-7311', system: 'heliotrope-7312' });
  expect(JSON.stringify(api.lines)).toContain('job accepted');
  expect(JSON.stringify(api.lines)).not.toContain('heliotrope');
});

const OWN_ROUTE =
  'routes={reports: {paths: [/claude/reports/invoke, /claude/reports/stream], methods: [POST], kind: submit, systemPrefix: Reports., ' +
  'template: {prompt: "Of {{context.repository}}: {{prompt}}"}}, submit: {systemPrefix: Plainly.}}';

test('what the configuration adds is in the request that runs, by its route and tier, and recorded', async () => {
  const added = startTestApi(store, OWN_ROUTE, 'tiers={pro: {systemPrefix: For pro.}}');
  const headers = { 'x-repo': 'acme/shop' };
  await added.call('/claude/invoke', {
    method: 'POST',
    body: { prompt: 'Fix {{prompt}}.', system: 'Own.' },
    headers,
  });
  expect(store.newest().request).toMatchObject({
    prompt: 'Fix {{prompt}}.',
    system: 'For pro.\n\nPlainly.\n\nOwn.',
  });
  expect(store.newest().injected).toMatchObject([
    { source: 'header', name: 'X-Repo' },
    { source: 'systemPrefix', from: 'tier', name: 'pro' },
    { source: 'systemPrefix', from: 'route', name: 'submit' },
  ]);
  const answer = await added.call('/claude/reports/invoke', {
    method: 'POST',
    body: { prompt: 'Fix it.' },
    headers,
  });
  expect(answer.status).toBe(202);
  expect(store.newest().request).toMatchObject({
    prompt: 'Of acme/shop: Fix it.',
    system: 'For pro.\n\nReports.',
  });
  expect(store.newest().injected).toMatchObject([
    { source: 'header', name: 'X-Repo' },
    { source: 'systemPrefix', from: 'tier', name: 'pro' },
    { source: 'systemPrefix', from: 'route', name: 'reports' },
    { source: 'template', from: 'route', name: 'reports', field: 'prompt' },
  ]);
});

test('a path of an own route takes submissions, and is not in what everybody can read', async () => {
  const own = startTestApi(store, OWN_ROUTE);
  expect((await own.call('/claude/reports/invoke')).status).toBe(405);
  expect((await own.call('/claude/others/invoke', { method: 'POST', body: { prompt: 'hi' } })).status).toBe(
    404,
  );
  expect((await own.call('/openapi.json')).text).not.toContain('reports');
});
