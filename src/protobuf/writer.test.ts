import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { bytesTag, doubleTag, fixed32Tag, fixed64Tag, varintTag } from './wire-type.ts';
import { MessageWriter } from './writer.ts';

const type = protobuf
  .parse(`syntax = "proto3";
    message Sample { uint32 number = 1; int64 large = 2; bool flag = 3; string text = 4; repeated Sample parts = 5;
      double weight = 6; fixed32 mark = 7; fixed64 wide = 8; bytes id = 9; bytes blob = 2000; }`)
  .root.lookupType('Sample');

interface Sample {
  number: number;
  large: number;
  flag: boolean;
  text: string;
  parts: Sample[];
  weight: number;
  mark: number;
  wide: { low: number; high: number };
  id: Uint8Array;
  blob: Uint8Array;
}

const halves = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const { sample: samples } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.record({
    number: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    large: fc.maxSafeInteger(),
    flag: fc.boolean(),
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', maxLength: 400 })),
    parts: fc.oneof({ maxDepth: 3 }, fc.constant<Sample[]>([]), fc.array(tie('sample'), { maxLength: 4 })),
    weight: fc.double(),
    mark: halves,
    wide: fc.record({ low: halves, high: halves }),
    id: fc.uint8Array({ maxLength: 20 }),
    blob: fc.uint8Array({ maxLength: 300 }),
  }),
}));

function write(writer: MessageWriter, sample: Sample): void {
  const { number, large, flag, text, parts, weight, mark, wide, id, blob } = sample;
  writer.uint32(varintTag(1), number).int64(varintTag(2), large).bool(varintTag(3), flag);
  writer.string(bytesTag(4), text);
  for (const part of parts) {
    const start = writer.begin(bytesTag(5));
    write(writer, part);
    writer.end(start);
  }
  writer.double(doubleTag(6), weight).fixed32(fixed32Tag(7), mark);
  writer.fixed64(fixed64Tag(8), wide.low, wide.high).hex(bytesTag(9), Buffer.from(id).toString('hex'));
  writer.bytes(bytesTag(2000), blob);
}

const shown = (bytes: Uint8Array) =>
  type.toObject(type.decode(bytes), { defaults: true, arrays: true, longs: String });

it('writes what protobufjs reads as the same, with one writer for all', () => {
  const writer = new MessageWriter();
  fc.assert(
    fc.property(samples, (sample) => {
      write(writer, sample);
      expect(shown(writer.finish())).toEqual(shown(type.encode(sample).finish()));
    }),
  );
});

it('gives each message bytes of its own', () => {
  const writer = new MessageWriter();
  const first = writer.uint32(varintTag(1), 1).finish();
  writer.uint32(varintTag(1), 2).finish();
  expect(shown(first)).toMatchObject({ number: 1 });
});

it('writes an embedded message that is longer than one byte of length can say', () => {
  const writer = new MessageWriter();
  const outer = writer.begin(bytesTag(5));
  const inner = writer.begin(bytesTag(5));
  writer.string(bytesTag(4), 'x'.repeat(20_000));
  const bytes = writer.end(inner).end(outer).finish();
  expect(shown(bytes)).toMatchObject({ parts: [{ parts: [{ text: 'x'.repeat(20_000) }] }] });
});

it('writes fields that were written before as they are', () => {
  const prepared = new MessageWriter().uint32(varintTag(1), 7).finish();
  expect(shown(new MessageWriter().raw(prepared).finish())).toMatchObject({ number: 7 });
});
