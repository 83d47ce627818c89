import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCheckRequest } from '../../../test/support/check-message.ts';
import { MessageError, MessageWriter } from '../../protobuf/index.ts';
import { REQUEST_HEADERS } from '../request-headers.ts';
import { decodeCheckRequest } from './decode-request.ts';
import { readByProtobufjs, withTexts } from './protobufjs.fixture.ts';

/** One field of a message: its number, and how it is written. */
type Field = { number: number } & (
  | { kind: 'text'; value: string }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'number'; value: number }
  | { kind: 'double'; value: number }
);

function message(fields: readonly Field[]): Buffer {
  const writer = new MessageWriter();
  for (const { number, kind, value } of fields) {
    if (kind === 'text') writer.string((number << 3) | 2, value);
    else if (kind === 'bytes') writer.bytes((number << 3) | 2, value);
    else if (kind === 'number') writer.int64(number << 3, value);
    else writer.double((number << 3) | 1, value);
  }
  return writer.finish();
}

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary', minLength: 100, maxLength: 300 }),
);
const text = (number: number) => texts.map((value): Field => ({ number, kind: 'text', value }));
const bytes = (number: number) =>
  fc.uint8Array({ maxLength: 300 }).map((value): Field => ({ number, kind: 'bytes', value }));
/** An embedded message. */
const part = (number: number, fields: fc.Arbitrary<Field[]>) =>
  fields.map((inner): Field => ({ number, kind: 'bytes', value: message(inner) }));
/** Fields that nobody knows. Numbers of 15 and less are one byte. */
const unknown = (...numbers: number[]) =>
  fc
    .tuple(
      fc.constantFrom(...numbers, 77, 5_000),
      fc.oneof(fc.maxSafeInteger(), fc.double(), fc.uint8Array()),
    )
    .map(
      ([number, value]): Field =>
        typeof value === 'object'
          ? { number, kind: 'bytes', value }
          : { number, kind: Number.isSafeInteger(value) ? 'number' : 'double', value },
    );
/** Any of these, in any order, several times. */
const several = (...fields: fc.Arbitrary<Field>[]) => fc.array(fc.oneof(...fields), { maxLength: 12 });
/** Each of these at most once, among the others, in any order. */
const once = (others: fc.Arbitrary<Field[]>, ...fields: fc.Arbitrary<Field>[]) =>
  fc
    .tuple(others, ...fields.map((field) => fc.option(field, { nil: undefined })))
    .chain(([rest, ...single]) => {
      const all = [...rest, ...single.filter((field) => field !== undefined)];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });

const name = fc
  .oneof(
    fc.constantFrom<string>(...REQUEST_HEADERS),
    fc.constantFrom('accept', 'x-repos', 'X-Repo', 'authorizatiom'),
    texts,
  )
  .map((value): Field => ({ number: 1, kind: 'text', value }));
const header = part(3, several(name, text(2), unknown(3)));
const headerMap = part(13, several(part(1, several(name, text(2), bytes(3), unknown(4)))));
const size = fc
  .integer({ min: -(2 ** 53) + 1, max: Number.MAX_SAFE_INTEGER })
  .map((value): Field => ({ number: 9, kind: 'number', value }));
const http = part(
  2,
  once(
    several(text(1), text(2), header, header, text(4), size, text(11), bytes(12), unknown(7, 8, 14)),
    headerMap,
  ),
);
const address = part(1, once(several(unknown(9)), part(1, several(text(2), unknown(1, 9)))));
const source = part(1, once(several(text(5), unknown(7)), address));
const request = part(4, once(several(unknown(3)), http));
const attributes = part(1, once(several(unknown(3, 5, 12)), source, request));
const checks = once(several(unknown(2)), attributes).map(message);

test('of any message it reads what protobufjs reads', () => {
  fc.assert(
    fc.property(checks, (check) => {
      expect(withTexts(decodeCheckRequest(check))).toEqual(readByProtobufjs(check));
    }),
    { numRuns: 2_000 },
  );
});

test('a message that comes in two parts is put together', () => {
  const first = encodeCheckRequest({
    source: { certificate: 'pem' },
    request: { http: { method: 'GET', path: '/a', headers: { 'x-api-key': 'one', 'x-repo': 'r' } } },
  });
  const second = encodeCheckRequest({
    source: { address: { socket_address: { address: '10.0.0.7' } } },
    request: { http: { path: '/b', headers: { 'x-api-key': 'two' } } },
  });
  expect(withTexts(decodeCheckRequest(Buffer.concat([first, second])))).toMatchObject({
    http: { method: 'GET', path: '/b', headers: { 'x-api-key': 'two', 'x-repo': 'r' } },
    peerAddress: '10.0.0.7',
    peerCertificate: 'pem',
  });
});

test.each([0, 1, 127, 128, 129, 16_383, 16_384])('a header of %i characters is read', (length) => {
  const text = 'h'.repeat(length);
  const check = encodeCheckRequest({
    request: { http: { headers: { 'x-repo': text, ['k'.repeat(length + 1)]: text, 'x-branch': 'b' } } },
  });
  expect(withTexts(decodeCheckRequest(check))).toEqual(readByProtobufjs(check));
});

test('the body is a view of the message, not a copy', () => {
  const raw_body = Buffer.from('{"prompt":"hi"}');
  const check = encodeCheckRequest({ request: { http: { raw_body } } });
  const { body = Buffer.alloc(0) } = decodeCheckRequest(check).http ?? {};
  expect(body.buffer).toBe(check.buffer);
  expect(Buffer.from(body)).toEqual(raw_body);
});

test('texts of a message with a large body are there when its bytes have been moved to a thread', () => {
  const check = encodeCheckRequest({
    request: {
      http: {
        ...{ id: '7', headers: { 'x-request-id': 'r-1', authorization: 'Bearer t' } },
        raw_body: Buffer.alloc(2 ** 18),
      },
    },
  });
  const own = new Uint8Array(check);
  const { http } = decodeCheckRequest(own);
  structuredClone(own.buffer, { transfer: [own.buffer] });
  expect(http).toMatchObject({ id: '7', headers: { 'x-request-id': 'r-1', authorization: 'Bearer t' } });
});

test('a check of something other than an HTTP request has none', () => {
  for (const check of [Buffer.alloc(0), encodeCheckRequest({}), encodeCheckRequest({ request: {} })]) {
    expect(decodeCheckRequest(check).http).toBeUndefined();
  }
});

describe('what is no such message is refused', () => {
  test('wherever it ends too soon', () => {
    const whole = encodeCheckRequest({
      source: { address: { socket_address: { address: '10.0.0.7' } } },
      request: {
        http: { method: 'GET', path: '/a', headers: { 'x-api-key': 'k' }, raw_body: Buffer.from('b') },
      },
    });
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => decodeCheckRequest(whole.subarray(0, length))).toThrow(MessageError);
    }
  });

  test('where a text that counts is not UTF-8', () => {
    const notUtf8: Field = { number: 2, kind: 'bytes', value: Buffer.of(0xff) };
    const key: Field = { number: 1, kind: 'text', value: 'x-repo' };
    const of = (fields: Field[]): Buffer =>
      [2, 4, 1].reduce<Buffer>(
        (inner, number) => message([{ number, kind: 'bytes', value: inner }]),
        message(fields),
      );
    expect(() => decodeCheckRequest(of([notUtf8]))).toThrow(MessageError);
    expect(() =>
      decodeCheckRequest(of([{ number: 3, kind: 'bytes', value: message([key, notUtf8]) }])),
    ).toThrow(MessageError);
  });

  test('and nothing else comes of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        try {
          decodeCheckRequest(any);
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
