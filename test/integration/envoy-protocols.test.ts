import { once } from 'node:events';
import { connect as connectHttp2, type Settings } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
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

  test('TLS below 1.2 is refused', async () => {
    const handshake = async (version: 'TLSv1.1' | 'TLSv1.2') => {
      const socket = connectTls({
        ...{ port: Number(new URL(envoy.tlsUrl).port), host: '127.0.0.1', rejectUnauthorized: false },
        // Otherwise this side refuses by itself.
        ...{ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' },
      });
      try {
        await once(socket, 'secureConnect');
        return socket.getProtocol();
      } finally {
        socket.destroy();
      }
    };
    expect(await handshake('TLSv1.2')).toBe('TLSv1.2');
    await expect(handshake('TLSv1.1')).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  test('an HTTP/2 caller may have 100 requests open on a connection', async () => {
    const session = connectHttp2(envoy.url);
    const [settings] = (await once(session, 'remoteSettings')) as [Settings];
    expect(settings.maxConcurrentStreams).toBe(100);
    session.destroy();
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
      'an unknown transfer coding',
      'POST /claude/invoke HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
      501,
      'unsupported_transfer_encoding',
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
