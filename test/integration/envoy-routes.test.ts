import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { denied, type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { open, send } from '../support/http.ts';

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

describe('answers', () => {
  const long = JSON.stringify({ text: 'the same again and again '.repeat(100) });
  const accept = { 'accept-encoding': 'gzip' };

  test.each([
    'application/json',
    'application/problem+json',
    'text/plain',
    'application/json; charset=utf-8',
  ])('%s is compressed for those who accept gzip', async (type) => {
    stubs.answer = (_request, response) => void response.writeHead(200, { 'content-type': type }).end(long);
    const compressed = await send(envoy.url, { path: '/claude/status/1', headers: accept });
    expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(compressed.body).toString()).toBe(long);
    const plain = await send(envoy.url, { path: '/claude/status/1' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(long);
  });

  test.each([
    ['POST', '/claude/stream'],
    ['GET', '/claude/jobs/1/events'],
  ])('events of %s %s arrive one by one and uncompressed', async (method, path) => {
    let write: (event: string) => void = () => {};
    stubs.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      response.flushHeaders();
      write = (event) => (event === '' ? response.end() : response.write(event));
    };
    const request = open(envoy.url, { method, path, headers: accept });
    const answered = new Promise<NodeJS.ReadableStream & { headers: Record<string, unknown> }>((resolve) => {
      request.on('response', (response) => resolve(response as never));
    });
    request.end(method === 'POST' ? '{}' : undefined);
    const response = await answered;
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(response.headers['x-accel-buffering']).toBe('no');
    expect(response.headers['content-encoding']).toBeUndefined();
    const events = response[Symbol.asyncIterator]();
    // The next event is written only when the one before has arrived.
    for (const event of ['id: 1\ndata: a\n\n', 'id: 2\ndata: b\n\n', 'id: 3\ndata: c\n\n']) {
      write(event);
      expect(String((await events.next()).value)).toBe(event);
    }
    write('');
    expect((await events.next()).done).toBe(true);
  });

  test('the time to the answer is told in x-response-time', async () => {
    const { headers } = await send(envoy.url, { path: '/claude/status/1' });
    expect(headers['x-response-time']).toMatch(/^\d+ms$/);
    expect((await send(envoy.url, { path: '/nothing' })).headers['x-response-time']).toMatch(/^\d+ms$/);
  });

  test("the api's own errors pass untouched", async () => {
    for (const status of [400, 403, 404, 405, 409, 429, 500, 502, 503]) {
      stubs.answer = (_request, response) =>
        void response.writeHead(status, { 'content-type': 'application/problem+json' }).end('{"code":"own"}');
      const response = await send(envoy.url, { path: '/claude/status/1' });
      expect([response.status, response.body.toString()]).toEqual([status, '{"code":"own"}']);
      expect(response.headers['x-correlation-id']).toBe(response.headers['x-request-id']);
    }
  });
});

describe('protocols', () => {
  test('TLS speaks HTTP/2 and HTTP/1.1', async () => {
    expect((await send(envoy.tlsUrl, { path: '/health', http2: true })).status).toBe(200);
    expect((await send(envoy.tlsUrl, { path: '/health' })).status).toBe(200);
  });

  test.each(['/claude/stream', '/claude/jobs/1/events', '/health', '/other'])(
    'a WebSocket handshake on %s is refused at once, not left hanging',
    async (path) => {
      const handshake = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      };
      const response = await send(envoy.url, { path, headers: handshake });
      expect(response.status).toBe(403);
      expect(response.json()).toMatchObject({ code: 'upgrade_not_allowed', status: 403 });
      expect(stubs.requests).toEqual([]);
    },
  );

  test.each([
    ['an HTTP/1.0 request', 'GET /health HTTP/1.0\r\nHost: x\r\n\r\n', 426, 'upgrade_required'],
    [
      'a line that is no header',
      'GET /health HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n',
      400,
      'invalid_request',
    ],
    ['no host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    [
      'large headers',
      `GET /health HTTP/1.1\r\nHost: x\r\na: ${'a'.repeat(13_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'many headers',
      `GET /health HTTP/1.1\r\nHost: x\r\n${Array.from({ length: 101 }, (_, i) => `a${i}: a\r\n`).join('')}\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'both a length and chunks',
      'POST /claude/invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'a tunnel',
      'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      403,
      'upgrade_not_allowed',
    ],
    ['the path *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404, 'not_found'],
  ])(
    '%s is refused as problem+json with an id that the access log has',
    async (_what, text, status, code) => {
      const [head = '', body = ''] = (await raw(text)).split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(head).toContain('content-type: application/problem+json');
      const problem = JSON.parse(body);
      expect(problem).toMatchObject({ status, code });
      expect(head).toContain(`x-request-id: ${problem.requestId}\r\n`);
      expect(head).toContain(`x-correlation-id: ${problem.requestId}\r\n`);
      expect(head.match(/x-(request|correlation)-id/g)).toHaveLength(2);
      expect(await envoy.logged(problem.requestId)).toMatchObject({ status });
      expect(stubs.requests).toEqual([]);
    },
  );
});

/** What comes back for bytes on a connection of their own, which ends with the answer. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(envoy.url).port), '127.0.0.1');
  socket.write(text);
  socket.once('data', () => socket.end());
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}
