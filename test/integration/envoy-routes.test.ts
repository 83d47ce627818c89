import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { denied, type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { send } from '../support/http.ts';

let stubs: StubUpstreams;
let envoy: TestEnvoy;

beforeAll(async () => {
  stubs = await startStubUpstreams();
  envoy = await startTestEnvoy({ upstreams: stubs.addresses });
});
beforeEach(() => stubs.reset());
afterAll(async () => {
  await envoy?.close();
  await stubs?.close();
});

describe('which requests are checked', () => {
  test.each(['/health', '/ready', '/openapi.json'])(
    'GET %s goes to the api without a check or a limit',
    async (path) => {
      stubs.decide = () => denied('Unauthorized', '');
      expect((await send(envoy.url, { path: `${path}?verbose=1` })).status).toBe(200);
      expect((await send(envoy.url, { method: 'HEAD', path })).status).toBe(200);
      expect(stubs.requests.map(({ url }) => url)).toEqual([`${path}?verbose=1`, path]);
      expect(stubs.checks).toEqual([]);
      expect(stubs.limitCalls).toEqual([]);
    },
  );

  test('other methods there are 405 without reaching anything', async () => {
    const response = await send(envoy.url, { method: 'POST', path: '/health', body: '{}' });
    expect(response.status).toBe(405);
    expect(response.headers.allow).toBe('GET, HEAD');
    expect(response.json()).toMatchObject({
      code: 'method_not_allowed',
      error: 'Method not allowed',
      status: 405,
    });
    expect(stubs.requests).toEqual([]);
    expect(stubs.checks).toEqual([]);
  });

  test.each([
    ['GET', '/claude/invoke'],
    ['PUT', '/claude/stream'],
    ['DELETE', '/claude/jobs/1'],
    ['GET', '/claude/no-such-thing'],
    ['POST', '/claude/invoke/'],
  ])('%s %s is checked and the api answers', async (method, path) => {
    const response = await send(envoy.url, { method, path });
    expect(response.status).toBe(200);
    expect(stubs.checks).toMatchObject([{ method, path }]);
    expect(stubs.requests).toMatchObject([{ method, url: path }]);
  });

  test.each([
    '/',
    '/claude',
    '/claudeX/invoke',
    '/CLAUDE/invoke',
    '/admin',
    '/health/',
    '/healthz',
    '/openapi_json',
  ])('%s is 404 without reaching anything, whatever its method', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const response = await send(envoy.url, { method, path, ...(method === 'POST' ? { body: '{}' } : {}) });
      expect(response.status).toBe(404);
      expect(response.headers['content-type']).toBe('application/problem+json');
      expect(response.json()).toEqual({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        code: 'not_found',
        error: 'Not found',
        detail: expect.any(String),
        requestId: response.headers['x-correlation-id'],
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    }
    expect(stubs.checks).toEqual([]);
    expect(stubs.requests).toEqual([]);
  });
});

describe('ways to write a path', () => {
  const refused = () => {
    stubs.decide = () => denied('Unauthorized', '{"code":"invalid_api_key"}');
  };

  test.each([
    ['//claude/invoke', '/claude/invoke'],
    ['///claude//invoke', '/claude/invoke'],
    ['/health/../claude/invoke', '/claude/invoke'],
    ['/health/%2e%2e/claude/invoke', '/claude/invoke'],
    ['/health/..;/claude/invoke', '/claude/invoke'],
    ['/claude/./invoke', '/claude/invoke'],
    ['/claude/%69nvoke', '/claude/invoke'],
    ['/%63laude/invoke', '/claude/invoke'],
    ['\\claude\\invoke', '/claude/invoke'],
    ['/claude/invoke;x=1', '/claude/invoke;x=1'],
    ['/claude/invoke?/../../health', '/claude/invoke?/../../health'],
  ])('%s is checked as %s', async (path, checked) => {
    refused();
    const response = await send(envoy.url, { method: 'POST', path, body: '{}' });
    // A path has to start with a slash; HTTP/1.1 callers that start it otherwise are refused before the check.
    if (path.startsWith('/')) {
      expect(response.status).toBe(401);
      expect(stubs.checks).toMatchObject([{ path: checked }]);
    } else {
      expect(response.status).toBe(400);
    }
    expect(stubs.requests).toEqual([]);
  });

  test.each([
    ['/claude/%2e%2e/health', '/health'],
    ['/claude/../health', '/health'],
    ['/%68ealth', '/health'],
  ])('%s is the open %s and reaches the api as that', async (path, open) => {
    refused();
    expect((await send(envoy.url, { path })).status).toBe(200);
    expect(stubs.requests).toMatchObject([{ url: open }]);
  });

  test.each(['/claude/dashboard', '/claude/dashboard/', '/claude/dashboard/assets/index.js'])(
    '%s is a file of the page for callers, open to everybody',
    async (path) => {
      refused();
      expect((await send(envoy.url, { path })).status).toBe(200);
      expect(stubs.requests).toMatchObject([{ url: path }]);
    },
  );

  test.each([
    ['POST', '/claude/dashboard'],
    ['GET', '/claude/dashboards'],
    ['GET', '/claude/dashboard/../jobs'],
  ])('%s %s is none, and needs a credential', async (method, path) => {
    refused();
    expect((await send(envoy.url, { method, path })).status).toBe(401);
    expect(stubs.requests).toEqual([]);
  });

  test.each(['/health;x=1', '/health%3b', '/health/..;', '/health%3b/../x'])(
    '%s is 404 without reaching anything',
    async (path) => {
      expect((await send(envoy.url, { path })).status).toBe(404);
      expect(stubs.checks).toEqual([]);
      expect(stubs.requests).toEqual([]);
    },
  );

  test.each([
    '/claude%2finvoke',
    '/claude/invoke%2f',
    '/health%2F..%2Fclaude',
    '/claude%5cinvoke',
    '/health/%00',
    '/claude/a#b',
  ])('%s is 400 without reaching anything', async (path) => {
    const response = await send(envoy.url, { method: 'POST', path, body: '{}' });
    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ code: 'invalid_request', error: 'Invalid request', status: 400 });
    expect(response.json().requestId).toBe(response.headers['x-correlation-id']);
    expect(stubs.checks).toEqual([]);
    expect(stubs.requests).toEqual([]);
  });

  test('however a submission is written, it is counted as one', async () => {
    for (const path of ['/claude/invoke', '//claude/%69nvoke', '/x/../claude/invoke?a=1', '/claude/stream']) {
      await send(envoy.url, { method: 'POST', path, body: '{}' });
    }
    const kinds = stubs.limitCalls.map(({ descriptors }) => descriptors[0]?.[0]);
    expect(kinds).toEqual(Array(4).fill(['calls', 'submit']));
  });
});
