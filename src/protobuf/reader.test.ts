import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { MessageError } from './message-error.ts';
import { MessageReader } from './reader.ts';
import { bytesTag, tagOf, varintTag, WIRE } from './wire-type.ts';

/** Whatever is read from the bytes as one value. */
function read<Value>(bytes: number[], value: (reader: MessageReader) => Value): Value {
  return value(new MessageReader(Uint8Array.from(bytes)));
}

const uint64s = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int64s = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

it('reads every 64-bit number as the nearest one that JavaScript has', () => {
  fc.assert(
    fc.property(uint64s, (value) => {
      expect(read(varint(value), (reader) => reader.uint64())).toBe(Number(value));
    }),
  );
  fc.assert(
    fc.property(int64s, (value) => {
      const near = Number(value);
      const found = read(varint(value), (reader) => reader.int64());
      expect(Math.abs(found - near)).toBeLessThanOrEqual(Math.abs(near) / 2 ** 51);
      if (Number.isSafeInteger(near)) expect(found).toBe(near);
    }),
  );
});

it('reads a 32-bit number, an enum and a bool from any varint as their low bits', () => {
  fc.assert(
    fc.property(int64s, (value) => {
      const bytes = varint(value);
      expect(read(bytes, (reader) => reader.uint32())).toBe(Number(BigInt.asUintN(32, value)));
      expect(read(bytes, (reader) => reader.int32())).toBe(Number(BigInt.asIntN(32, value)));
      expect(read(bytes, (reader) => reader.bool())).toBe(value !== 0n);
    }),
  );
});

it('reads a number with more bytes than it needs', () => {
  expect(read([0x81, 0x80, 0x80, 0x00], (reader) => reader.uint32())).toBe(1);
});

it.each([
  ['a number that is cut off', [0x80]],
  ['a number of eleven bytes', [...new Array(10).fill(0x80), 0x01]],
  ['a number of 65 bits', [...new Array(9).fill(0xff), 0x02]],
])('refuses %s', (_, bytes) => {
  expect(() => read(bytes, (reader) => reader.uint64())).toThrow(MessageError);
});

it.each([
  ['field number 0', [0x00]],
  ['field number 0 of length', [0x02, 0x00]],
  ['a field number of more than 29 bits', varint(2n ** 32n)],
])('refuses %s', (_, bytes) => {
  expect(() => read(bytes, (reader) => reader.tag())).toThrow(MessageError);
});

it('reads every text as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const bytes = Buffer.from(text);
      expect(read([...varint(BigInt(bytes.length)), ...bytes], (reader) => reader.string())).toBe(text);
    }),
  );
});

it('reads U+FFFD and a byte order mark as what they are', () => {
  for (const text of ['\ufffd', `${'a'.repeat(40)}\ufffd`, '\ufeffa', `\ufeff${'a'.repeat(40)}`]) {
    const bytes = Buffer.from(text);
    expect(read([bytes.length, ...bytes], (reader) => reader.string())).toBe(text);
  }
});

it('refuses a text that is not UTF-8, short or long', () => {
  const notUtf8 = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80]];
  for (const bad of notUtf8) {
    for (const bytes of [bad, [...Buffer.from('a'.repeat(60)), ...bad]]) {
      expect(() => read([bytes.length, ...bytes], (reader) => reader.string())).toThrow(MessageError);
    }
  }
});

it('refuses what is longer than its message, also where the bytes go on', () => {
  const outer = (inner: number[]) => [inner.length, ...inner, 1, 2, 3, 4, 5, 6, 7, 8];
  const inEmbedded = (inner: number[], value: (reader: MessageReader) => unknown) =>
    read(outer(inner), (reader) => {
      reader.enter();
      return value(reader);
    });
  expect(() => inEmbedded([4, 1], (reader) => reader.string())).toThrow(MessageError);
  expect(() => inEmbedded([4, 1], (reader) => reader.bytes())).toThrow(MessageError);
  expect(() => inEmbedded([4, 1], (reader) => reader.enter())).toThrow(MessageError);
  expect(() => inEmbedded([0x80], (reader) => reader.uint32())).toThrow(MessageError);
  expect(() => inEmbedded([1, 2], (reader) => reader.skip(tagOf(1, WIRE.fixed64)))).toThrow(MessageError);
  expect(() => inEmbedded([1, 2], (reader) => reader.skip(tagOf(1, WIRE.fixed32)))).toThrow(MessageError);
  expect(() => inEmbedded(varint(2n ** 40n), (reader) => reader.bytes())).toThrow(MessageError);
});

const START = tagOf(15, WIRE.startGroup);
const END = tagOf(15, WIRE.endGroup);

it.each([
  ['a group that does not end', [START]],
  ['the end of a group that did not begin', [END]],
  ['a group that ends as another one', [START, tagOf(14, WIRE.endGroup)]],
  ['groups too deep in each other', [...new Array(101).fill(START), ...new Array(101).fill(END)]],
  ['wire type 6', [tagOf(15, 6 as 5)]],
  ['wire type 7', [tagOf(15, 7 as 5)]],
])('refuses %s', (_, bytes) => {
  const skipAll = (reader: MessageReader) => {
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) reader.skip(tag);
  };
  expect(() => read(bytes, skipAll)).toThrow(MessageError);
});

/** A message that holds itself, read by hand and by protobufjs. */
interface Sample {
  number: number;
  large: number;
  flag: boolean;
  text: string;
  parts: Sample[];
}

const root = protobuf.parse(`syntax = "proto3";
  message Sample { uint32 number = 1; uint64 large = 2; bool flag = 3; string text = 4; repeated Sample parts = 5; }
  message Wider { uint32 number = 1; uint64 large = 2; bool flag = 3; string text = 4; repeated Wider parts = 5;
    double weight = 6; fixed32 mark = 7; bytes blob = 2000; repeated sint64 list = 9; map<string, Wider> named = 536870911; }`).root;
const sampleType = root.lookupType('Sample');
const widerType = root.lookupType('Wider');

function readSample(reader: MessageReader): Sample {
  const sample: Sample = { number: 0, large: 0, flag: false, text: '', parts: [] };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === varintTag(1)) sample.number = reader.uint32();
    else if (tag === varintTag(2)) sample.large = reader.uint64();
    else if (tag === varintTag(3)) sample.flag = reader.bool();
    else if (tag === bytesTag(4)) sample.text = reader.string();
    else if (tag === bytesTag(5)) {
      const outerEnd = reader.enter();
      sample.parts.push(readSample(reader));
      reader.leave(outerEnd);
    } else reader.skip(tag);
  }
  return sample;
}

const { wider } = fc.letrec((tie) => {
  const parts = fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('wider'), { maxLength: 3 }));
  return {
    wider: fc.record(
      {
        number: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        large: fc.maxSafeInteger().map(Math.abs),
        flag: fc.boolean(),
        text: fc.string({ unit: 'binary' }),
        parts,
        weight: fc.double(),
        mark: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        blob: fc.uint8Array(),
        list: fc.array(fc.integer()),
        named: fc.oneof(
          { maxDepth: 3 },
          fc.constant({}),
          fc.dictionary(fc.string(), tie('wider'), { maxKeys: 2 }),
        ),
      },
      { requiredKeys: [] },
    ),
  };
});

it('skips a field that has another wire type than it should', () => {
  const text = [bytesTag(1), 1, 65];
  const sample = readSample(new MessageReader(Uint8Array.from([...text, varintTag(1), 7, ...text])));
  expect(sample.number).toBe(7);
});

it('reads what protobufjs reads of messages with fields that it does not know', () => {
  fc.assert(
    fc.property(wider, fc.boolean(), (message, withGroup) => {
      const group = withGroup ? [START, tagOf(9, WIRE.varint), 1, START, END, END] : [];
      const bytes = Buffer.from([...group, ...widerType.encode(message as object).finish()]);
      const expected = sampleType.toObject(sampleType.decode(bytes), {
        defaults: true,
        arrays: true,
        longs: Number,
      });
      expect(readSample(new MessageReader(bytes))).toEqual(expected);
    }),
  );
});

it('says of any other bytes that they are no message, or reads them without looking at what follows', () => {
  const outcome = (bytes: Uint8Array, next: number) => {
    const longer = Buffer.from([...bytes, ...new Array(16).fill(next)]);
    try {
      return readSample(new MessageReader(longer.subarray(0, bytes.length)));
    } catch (error) {
      expect(error).toBeInstanceOf(MessageError);
      return 'no message';
    }
  };
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(wider, changes, fc.nat(), (message, changed, cut) => {
      const bytes = Buffer.from(widerType.encode(message as object).finish());
      for (const [at, byte] of changed) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      const part = cut % 3 === 0 ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes;
      expect(outcome(part, 0x00)).toEqual(outcome(part, 0xff));
    }),
    { numRuns: 500 },
  );
});
