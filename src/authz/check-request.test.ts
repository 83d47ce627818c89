import { describe, expect, test } from 'vitest';
import { allRoutes } from '../config/index.ts';
import { type HttpRequest, readCheckRequest } from './check-request.ts';
import { noHeaders, type RequestHeaders } from './request-headers.ts';
import { createRouteTable } from './routes/table.ts';

const routes = createRouteTable(allRoutes({}));
const read = (
  { headers, ...http }: Partial<Omit<HttpRequest, 'headers'>> & { headers?: Partial<RequestHeaders> },
  trustedHops = 0,
) =>
  readCheckRequest(
    {
      http: {
        ...{ id: '7', method: 'POST', path: '/claude/invoke', size: 0, body: Buffer.alloc(0), ...http },
        headers: { ...noHeaders(), ...headers },
      },
      peerAddress: '127.0.0.5',
      peerCertificate: '',
    },
    { routes, trustedHops },
  );

test('the route is that of the method and the path without its query', () => {
  expect(read({ path: '/claude/invoke?wait=1' }).route).toMatchObject({
    kind: 'route',
    route: { name: 'submit' },
  });
  expect(read({ path: '/claude/status/1?/claude/invoke' }).route).toMatchObject({ route: { name: 'read' } });
});

describe('the body is partial', () => {
  const body = Buffer.from('{}');

  test('when Envoy says so', () => {
    expect(read({ body, headers: { 'x-envoy-auth-partial-body': 'true' } }).isPartial).toBe(true);
    expect(read({ body, headers: { 'x-envoy-auth-partial-body': 'false' } }).isPartial).toBe(false);
  });

  test('when it is shorter than the request says', () => {
    expect(read({ body, size: 3 }).isPartial).toBe(true);
    expect(read({ size: 1 }).isPartial).toBe(true);
  });

  test('but not when the size fits, is unknown, or is that of the compressed body', () => {
    for (const size of [2, -1, 0, 1]) expect(read({ body, size }).isPartial).toBe(false);
  });
});

test('the request id is the header, or else the number that Envoy gives the stream', () => {
  const idOf = (id: string) => read({ headers: { 'x-request-id': id } }).requestId;
  expect(idOf('8a1e-1')).toBe('8a1e-1');
  for (const unfit of ['', 'a b', 'a\n', 'ä', 'a'.repeat(129)]) expect(idOf(unfit)).toBe('7');
  expect(read({}).requestId).toBe('7');
});

test('a check of something other than an HTTP request is an error', () => {
  expect(() =>
    readCheckRequest({ http: undefined, peerAddress: '', peerCertificate: '' }, { routes, trustedHops: 0 }),
  ).toThrow(expect.objectContaining({ code: 'not_http' }));
});

test("the source is the connection's peer, or what the outermost trusted proxy saw", () => {
  const headers = { 'x-forwarded-for': '203.0.113.9,127.0.0.5' };
  expect(read({ headers }).source.address).toBe('127.0.0.5');
  expect(read({ headers }, 1).source.address).toBe('203.0.113.9');
});
