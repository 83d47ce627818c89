import { describe, expect, test } from 'vitest';
import { allRoutes } from '../config/index.ts';
import { type CheckRequest, readCheckRequest } from './check-request.ts';
import { createRouteTable } from './routes/table.ts';

type Http = NonNullable<NonNullable<NonNullable<CheckRequest['attributes']>['request']>['http']>;
const routes = createRouteTable(allRoutes({}));
const SOURCE = { address: { socket_address: { address: '127.0.0.5' } }, certificate: '' };
const read = (http: Partial<Http>, trustedHops = 0) =>
  readCheckRequest(
    {
      attributes: {
        source: SOURCE,
        request: {
          http: {
            id: '7',
            method: 'POST',
            path: '/claude/invoke',
            size: 0,
            headers: {},
            header_map: null,
            body: '',
            raw_body: Buffer.alloc(0),
            ...http,
          },
        },
      },
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
  const raw_body = Buffer.from('{}');

  test('when Envoy says so', () => {
    expect(read({ raw_body, headers: { 'x-envoy-auth-partial-body': 'true' } }).isPartial).toBe(true);
    expect(read({ raw_body, headers: { 'x-envoy-auth-partial-body': 'false' } }).isPartial).toBe(false);
  });

  test('when it is shorter than the request says', () => {
    expect(read({ raw_body, size: 3 }).isPartial).toBe(true);
    expect(read({ raw_body: Buffer.alloc(0), size: 1 }).isPartial).toBe(true);
  });

  test('but not when the size fits, is unknown, or is that of the compressed body', () => {
    for (const size of [2, -1, 0, 1]) expect(read({ raw_body, size }).isPartial).toBe(false);
  });
});

test('the body is taken as bytes, else as text', () => {
  expect(Buffer.from(read({ raw_body: Buffer.from([0xff]) }).body)).toEqual(Buffer.from([0xff]));
  expect(Buffer.from(read({ body: 'é' }).body)).toEqual(Buffer.from('é'));
});

test('raw headers count as well, and repeated ones are joined as Envoy joins them', () => {
  const raw = (key: string, value: string) => ({ key, value: '', raw_value: Buffer.from(value) });
  const { header } = read({
    header_map: { headers: [raw('x-api-key', 'a'), raw('accept', '*/*'), raw('x-api-key', 'b')] },
  });
  expect([header('x-api-key'), header('accept'), header('authorization')]).toEqual(['a,b', '*/*', undefined]);
});

test('the request id is the header, or else the number that Envoy gives the stream', () => {
  const idOf = (id: string) => read({ headers: { 'x-request-id': id } }).requestId;
  expect(idOf('8a1e-1')).toBe('8a1e-1');
  for (const unfit of ['', 'a b', 'a\n', 'ä', 'a'.repeat(129)]) expect(idOf(unfit)).toBe('7');
  expect(read({}).requestId).toBe('7');
});

test('a check of something other than an HTTP request is an error', () => {
  for (const attributes of [null, { request: null }, { request: { http: null } }]) {
    expect(() => readCheckRequest({ attributes }, { routes, trustedHops: 0 })).toThrow(
      expect.objectContaining({ code: 'not_http' }),
    );
  }
});

test("the source is the connection's peer, or what the outermost trusted proxy saw", () => {
  const headers = { 'x-forwarded-for': '203.0.113.9,127.0.0.5' };
  expect(read({ headers }).source.address).toBe('127.0.0.5');
  expect(read({ headers }, 1).source.address).toBe('203.0.113.9');
});
