import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { open, type RawRequest, responseTo, send } from '../support/http.ts';

const LIMIT = 10 * 2 ** 20;
const post = { method: 'POST', path: '/claude/invoke', headers: { 'content-type': 'application/json' } };

let stubs: StubUpstreams;
let envoy: TestEnvoy;
let lastAddress = 0;

/** Each test from an address of its own, so that the edge limit stays out of the way. */
function fresh(): string {
  lastAddress += 1;
  return `127.1.0.${lastAddress}`;
}

beforeAll(async () => {
  stubs = await startStubUpstreams();
  envoy = await startTestEnvoy({ upstreams: stubs.addresses, set: ['envoy.authzTimeout=20s'] });
});
beforeEach(() => stubs.reset());
afterAll(async () => {
  await envoy?.close();
  await stubs?.close();
});

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

/** In pieces of 64 KiB, the last one shorter. */
function pieces(length: number): Buffer[] {
  const body = Buffer.alloc(length, '0123456789abcdef');
  return Array.from({ length: Math.ceil(length / 65_536) }, (_, i) =>
    body.subarray(i * 65_536, (i + 1) * 65_536),
  );
}

const transports: [string, Partial<RawRequest>, 'url' | 'tlsUrl'][] = [
  ['HTTP/1.1', {}, 'url'],
  ['HTTP/2 without TLS', { http2: true }, 'url'],
  ['HTTP/2 over TLS', { http2: true }, 'tlsUrl'],
];
const lengths = [
  ['with content-length', true],
  ['without content-length', false],
] as const;

for (const [transport, options, listener] of transports) {
  for (const [framing, contentLength] of lengths) {
    describe(`over ${transport} ${framing}`, () => {
      const call = (length: number) =>
        send(envoy[listener], { ...post, ...options, contentLength, body: pieces(length), from: fresh() });

      // A little over the limit ext_authz alone would let the whole body pass after showing authz a part.
      test.each([1, 5000, 14_336, 300_000])(
        'a body %i bytes over the limit is 413 and goes nowhere',
        async (over) => {
          const response = await call(LIMIT + over);
          expect(response.status).toBe(413);
          expect(response.headers['content-type']).toBe('application/problem+json');
          expect(response.json()).toMatchObject({
            code: 'body_too_large',
            error: 'Request body too large',
            status: 413,
          });
          expect(response.json().requestId).toBe(response.headers['x-request-id']);
          expect(stubs.checks).toEqual([]);
          expect(stubs.requests).toEqual([]);
        },
      );

      test('a body of exactly the limit reaches authz and the api byte for byte', async () => {
        const response = await call(LIMIT);
        expect(response.status).toBe(200);
        const expected = sha256(Buffer.concat(pieces(LIMIT)));
        expect(stubs.checks.map(({ body }) => sha256(body))).toEqual([expected]);
        expect(stubs.requests.map(({ body }) => sha256(body))).toEqual([expected]);
        expect(stubs.checks[0]?.headers['x-envoy-auth-partial-body']).not.toBe('true');
      });
    });
  }
}

test('a body in a content encoding reaches authz as it was sent, for authz to refuse', async () => {
  const body = Buffer.from('1f8b080000000000000303000000000000000000', 'hex');
  await send(envoy.url, { ...post, headers: { 'content-encoding': 'gzip' }, body, from: fresh() });
  expect(stubs.checks[0]?.headers['content-encoding']).toBe('gzip');
  expect(stubs.checks[0]?.body).toEqual(body);
});

test('a caller cannot claim or deny that authz saw only a part of the body', async () => {
  for (const claim of ['true', 'false']) {
    const headers = { 'x-envoy-auth-partial-body': claim };
    await send(envoy.url, { ...post, headers, body: '{}', from: fresh() });
    await send(envoy.url, { path: '/claude/status/1', headers, from: fresh() });
  }
  expect(stubs.checks.map(({ headers }) => headers['x-envoy-auth-partial-body'])).toEqual([
    'false',
    undefined,
    'false',
    undefined,
  ]);
  expect(stubs.requests.some(({ headers }) => 'x-envoy-auth-partial-body' in headers)).toBe(false);
});

test('an answer that needs no body does not wait for one', async () => {
  const request = open(envoy.url, { ...post, path: '/nothing', from: fresh() });
  request.on('error', () => {});
  request.write('{"prompt":');
  expect((await responseTo(request)).status).toBe(404);
  request.destroy();
});

describe('slow callers', () => {
  let hurried: TestEnvoy;

  beforeAll(async () => {
    hurried = await startTestEnvoy({
      upstreams: stubs.addresses,
      edit: (yaml) => {
        const edited = yaml
          .replace('request_timeout: 120s', 'request_timeout: 1s')
          .replace('request_headers_timeout: 10s', 'request_headers_timeout: 0.5s');
        expect(edited).toContain('request_timeout: 1s');
        expect(edited).toContain('request_headers_timeout: 0.5s');
        return edited;
      },
    });
  });
  afterAll(() => hurried?.close());

  test('a body that stalls is 408 when the time for a whole request is over', async () => {
    const request = open(hurried.url, { ...post, from: fresh() });
    request.write('{"prompt":');
    const response = await responseTo(request);
    expect(response.status).toBe(408);
    expect(response.json()).toMatchObject({ code: 'request_timeout', status: 408 });
    expect(response.json().requestId).toBe(response.headers['x-correlation-id']);
    expect(stubs.requests).toEqual([]);
    request.destroy();
  });

  test('a body that drips byte by byte is 408 as well', async () => {
    const request = open(hurried.url, { ...post, from: fresh() });
    request.on('error', () => {});
    const drip = setInterval(() => request.write(' '), 50);
    const response = await responseTo(request).finally(() => clearInterval(drip));
    expect(response.status).toBe(408);
    expect(stubs.checks).toEqual([]);
    request.destroy();
  });

  test('headers that stall are 408 when the time for headers is over', async () => {
    const socket = connect(Number(new URL(hurried.url).port), '127.0.0.1');
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n');
    const [answer] = await once(socket, 'data');
    const [head = '', body = ''] = String(answer).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 408 /);
    const { code, requestId } = JSON.parse(body);
    expect(code).toBe('request_timeout');
    expect(await hurried.logged(requestId)).toMatchObject({
      response_code_details: 'request_header_timeout',
    });
    socket.destroy();
  });

  test('a long answer to a whole request is not cut by the time for requests', async () => {
    stubs.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      setTimeout(() => response.end('data: 2\n\n'), 1500);
    };
    const response = await send(hurried.url, { ...post, path: '/claude/stream', body: '{}', from: fresh() });
    expect(response.body.toString()).toBe('data: 1\n\ndata: 2\n\n');
  });
});
