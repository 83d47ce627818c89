import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_FRAME_BYTES } from './frame.ts';
import { FrameReader } from './frame-reader.ts';

interface Frame {
  type: number;
  flags: number;
  streamId: number;
  payload: Buffer;
}

/** As a frame is on the wire (RFC 9113 4.1). */
function encode({ type, flags, streamId, payload }: Frame): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

function readAll(pieces: Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader({
    frame: (type, flags, streamId, bytes, start, end) =>
      frames.push({ type, flags, streamId, payload: bytes.subarray(start, end) }),
  });
  for (const piece of pieces) reader.read(piece);
  expect(reader.isWithinFrame).toBe(false);
  return frames;
}

/** Pieces that end at these places. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const frame = fc.record<Frame>({
  type: fc.integer({ min: 0, max: 255 }),
  flags: fc.integer({ min: 0, max: 255 }),
  streamId: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  payload: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
});

it('reads the same frames however they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 30 }),
      (frames, places) => {
        const bytes = Buffer.concat(frames.map(encode));
        expect(readAll(cut(bytes, places))).toEqual(frames);
      },
    ),
    { numRuns: 500 },
  );
});

it('reads frames that come octet by octet', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 3 }), (frames) => {
      const bytes = Buffer.concat(frames.map(encode));
      expect(readAll(Array.from(bytes, (octet) => Buffer.of(octet)))).toEqual(frames);
    }),
  );
});

it('refuses a frame by its length, before its payload has come', () => {
  const header = Buffer.alloc(9);
  header.writeUIntBE(MAX_FRAME_BYTES + 1, 0, 3);
  for (const pieces of [[header], [header.subarray(0, 8), header.subarray(8)]]) {
    expect(() => readAll(pieces)).toThrow('a frame is too long');
  }
});
