import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { bytesTag, MessageError, MessageWriter, varintTag } from '../../../protobuf/index.ts';
import type { Json } from '../../../rule-files/index.ts';
import { type CurrentLimit, type RateLimitResponse, UNITS } from '../message.ts';
import { decodeRequest } from './request.ts';
import { encodeResponse } from './response.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const RECORDED = join(ROOT, 'test/conformance/envoy-messages/ratelimit');
const root = new protobuf.Root();
root.resolvePath = (_, target) =>
  target.startsWith('google/protobuf/') ? target : join(ROOT, 'protos', target);
root.loadSync('envoy/service/ratelimit/v3/rls.proto', { keepCase: true });
const requestType = root.lookupType('envoy.service.ratelimit.v3.RateLimitRequest');
const responseType = root.lookupType('envoy.service.ratelimit.v3.RateLimitResponse');

/** As @grpc/proto-loader shows messages to services. */
const SHOWN = { longs: Number, enums: String, defaults: true, arrays: true, oneofs: true };
const byProtobufjs = (bytes: Uint8Array) => requestType.toObject(requestType.decode(bytes), SHOWN);

/** Fields one after the other, as they may also come from others than Envoy. */
const fields = (...each: fc.Arbitrary<Uint8Array[]>[]) =>
  fc
    .tuple(...each)
    .chain((lists) => fc.shuffledSubarray(lists.flat(), { minLength: lists.flat().length }))
    .map((list) => Buffer.concat(list));

type Write = (writer: MessageWriter) => unknown;
const field = (write: Write): Uint8Array => {
  const writer = new MessageWriter();
  write(writer);
  return writer.finish();
};
const message = (tag: number, content: Uint8Array) => field((writer) => writer.bytes(tag, content));

/** A field that may be there so many times. */
const times = <Value>(
  value: fc.Arbitrary<Value>,
  write: (value: Value) => Uint8Array,
  { min = 0, max = 2 } = {},
) => fc.array(value.map(write), { minLength: min, maxLength: max });

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', maxLength: 200 }));
const uint32s = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const numbers = (number: number) =>
  times(uint32s, (value) => field((w) => w.uint32(varintTag(number), value)));
const strings = (number: number) => times(texts, (value) => field((w) => w.string(bytesTag(number), value)));
const unknown = times(fc.tuple(fc.integer({ min: 100, max: 9_000 }), fc.uint8Array()), ([number, bytes]) =>
  field((w) => w.bytes(bytesTag(number), bytes).uint32(varintTag(number + 1), bytes.length)),
);
const once = { max: 1 };

const wrapped = (value: fc.Arbitrary<number>) =>
  fields(
    times(value, (number) => field((w) => w.int64(varintTag(1), number))),
    unknown,
  );
const entries = fields(strings(1), strings(2), unknown);
const WEEK = 7;
const units = fc.integer({ min: 0, max: 9 }).filter((unit) => unit !== WEEK);
const overrides = fields(
  numbers(1),
  times(units, (unit) => field((w) => w.uint32(varintTag(2), unit))),
  times(wrapped(uint32s), (content) => message(bytesTag(3), content), once),
  unknown,
);
const descriptors = fields(
  times(entries, (content) => message(bytesTag(1), content), { max: 4 }),
  times(overrides, (content) => message(bytesTag(2), content), once),
  times(wrapped(fc.maxSafeInteger().map(Math.abs)), (content) => message(bytesTag(3), content), once),
  times(fc.boolean(), (value) => field((w) => w.bool(varintTag(4), value))),
  unknown,
);
const requests = fields(
  strings(1),
  times(descriptors, (content) => message(bytesTag(2), content), { max: 4 }),
  numbers(3),
  unknown,
);

describe('a RateLimitRequest', () => {
  it('is read as protobufjs reads it, in any order of fields, with repeated and unknown ones', () => {
    fc.assert(
      fc.property(requests, (bytes) => {
        expect(decodeRequest(bytes)).toEqual(byProtobufjs(bytes));
      }),
    );
  });

  it.each(readdirSync(RECORDED))('of the real Envoy is read as protobufjs reads it: %s', (file) => {
    const bytes = readFileSync(join(RECORDED, file));
    const request = decodeRequest(bytes);
    expect(request).toEqual(byProtobufjs(bytes));
    expect(request.descriptors.length).toBeGreaterThan(0);
  });

  it('of the real Envoy tells hits of zero from none', () => {
    const [descriptor] = decodeRequest(readFileSync(join(RECORDED, 'hits-of-zero.bin'))).descriptors;
    expect(descriptor?.hits_addend).toEqual({ value: 0 });
  });

  it('of the real Envoy has hits to give back', () => {
    const [descriptor] = decodeRequest(readFileSync(join(RECORDED, 'hits-given-back.bin'))).descriptors;
    expect(descriptor).toMatchObject({ hits_addend: { value: 4 }, is_negative_hits: true });
  });

  it('whose limit is there twice has both merged', () => {
    const limit = (write: Write) => message(bytesTag(2), field(write));
    const descriptor = Buffer.concat([
      limit((w) => w.uint32(varintTag(1), 7).uint32(varintTag(2), 3)),
      limit((w) => w.uint32(varintTag(1), 8)),
    ]);
    expect(decodeRequest(message(bytesTag(2), descriptor)).descriptors[0]?.limit).toEqual({
      requests_per_unit: 8,
      unit: 'HOUR',
      unit_multiplier: null,
    });
  });

  it('may have a limit by the week, which Envoy names in answers alone', () => {
    const limit = field((w) => w.uint32(varintTag(2), WEEK));
    const descriptor = message(bytesTag(2), message(bytesTag(2), limit));
    expect(decodeRequest(descriptor).descriptors[0]?.limit?.unit).toBe('WEEK');
  });

  it.each([
    ['is cut off', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['has a text that is not UTF-8', (bytes: Buffer) => bytes.fill(0xff, bytes.length - 1)],
  ])('that %s is none', (_, spoil) => {
    const bytes = readFileSync(join(RECORDED, 'one-entry.bin'));
    expect(() => decodeRequest(spoil(bytes))).toThrow(MessageError);
  });
});

const { json: jsons } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    texts,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('json'), { maxKeys: 3 }),
  ),
}));
const limits: fc.Arbitrary<CurrentLimit> = fc.record(
  {
    name: texts,
    requests_per_unit: uint32s,
    unit: fc.constantFrom(...UNITS),
    unit_multiplier: fc.record({ value: uint32s }),
  },
  { requiredKeys: ['name', 'requests_per_unit', 'unit'] },
);
const codes = fc.constantFrom('OK' as const, 'OVER_LIMIT' as const);
const responses: fc.Arbitrary<RateLimitResponse> = fc.record(
  {
    overall_code: codes,
    statuses: fc.array(
      fc.record(
        {
          code: codes,
          current_limit: limits,
          limit_remaining: uint32s,
          duration_until_reset: fc.record({ seconds: fc.nat({ max: 315_576_000_000 }) }),
        },
        { requiredKeys: ['code'] },
      ),
      { maxLength: 4 },
    ),
    response_headers_to_add: fc.array(fc.record({ key: texts, value: texts }), { maxLength: 4 }),
    raw_body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    dynamic_metadata: fc.dictionary(fc.string(), jsons),
  },
  { requiredKeys: ['overall_code', 'statuses'] },
);

/** As protobufjs takes a google.protobuf.Struct. */
function struct(object: { readonly [key: string]: Json }): object {
  return {
    fields: Object.fromEntries(Object.entries(object).map(([key, json]) => [key, structValue(json)])),
  };
}

function structValue(json: Json): object {
  if (json === null) return { nullValue: 0 };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  if (typeof json === 'boolean') return { boolValue: json };
  if (Array.isArray(json)) return { listValue: { values: json.map(structValue) } };
  return { structValue: struct(json as { readonly [key: string]: Json }) };
}

describe('a RateLimitResponse', () => {
  const shown = (bytes: Uint8Array) =>
    responseType.toObject(responseType.decode(bytes), { longs: Number, defaults: true, bytes: String });

  it('is written so that protobufjs reads what it would have written', () => {
    fc.assert(
      fc.property(responses, (response) => {
        const { dynamic_metadata: metadata, ...rest } = response;
        const object = metadata === undefined ? rest : { ...rest, dynamic_metadata: struct(metadata) };
        const expected = responseType.encode(responseType.fromObject(object)).finish();
        expect(shown(encodeResponse(response))).toEqual(shown(expected));
      }),
    );
  });

  it('is written anew after one that could not be', () => {
    const spoilt = { overall_code: 'OK', statuses: [{ code: 'OK' }, null] } as unknown as RateLimitResponse;
    expect(() => encodeResponse(spoilt)).toThrow(TypeError);
    expect(encodeResponse({ overall_code: 'OK', statuses: [] })).toEqual(Buffer.of(0x08, 0x01));
  });
});
