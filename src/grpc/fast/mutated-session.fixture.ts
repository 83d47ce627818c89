import { FLAG, frame, settings, TYPE, uint32 } from '../../../test/support/http2-peer.ts';
import { PREFACE } from '../http2/frame.ts';
import type { Random } from './random.fixture.ts';
import { callFrames, headersFrame } from './server.fixture.ts';
import { SESSIONS } from './sessions.fixture.ts';

/** What a client says, frame by frame; the first piece is the preface. */
export function mutatedSession(random: Random): Buffer[] {
  const frames = [...random.pick(BASES)()];
  for (let count = random.below(5); count > 0; count -= 1) random.pick(MUTATIONS)(frames, random);
  return frames;
}

/** Sessions by frames. */
const RECORDED = Object.values(SESSIONS).map(framesOf);
const BASES: readonly (() => Buffer[])[] = [
  ...RECORDED.map((session) => () => session),
  ordinarySession,
  dividedSession,
  () => [PREFACE, settings()],
];

function framesOf(session: Buffer): Buffer[] {
  const frames = [session.subarray(0, PREFACE.length)];
  let rest = session.subarray(PREFACE.length);
  while (rest.length >= 9) {
    const end = 9 + rest.readUIntBE(0, 3);
    frames.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return frames;
}

function ordinarySession(): Buffer[] {
  const calls = [1, 3, 5, 7].map((id) => callFrames(id, Buffer.alloc(id * 10)));
  return [
    PREFACE,
    settings([4, 100]),
    ...framesOf(Buffer.concat([PREFACE, ...calls])).slice(1),
    frame(TYPE.windowUpdate, 0, 0, uint32(1000)),
    frame(TYPE.windowUpdate, 0, 3, uint32(1000)),
    frame(TYPE.ping, 0, 0, Buffer.alloc(8)),
    frame(TYPE.rstStream, 0, 5, uint32(8)),
    settings([4, 0]),
    settings([4, 70_000]),
  ];
}

/** Header blocks and messages in many pieces, padded. */
function dividedSession(): Buffer[] {
  const block = headersFrame(1).subarray(9);
  return [
    PREFACE,
    settings(),
    frame(TYPE.headers, 0, 1, block.subarray(0, 10)),
    frame(TYPE.continuation, 0, 1, block.subarray(10, 20)),
    frame(TYPE.continuation, FLAG.endHeaders, 1, block.subarray(20)),
    frame(TYPE.data, FLAG.padded, 1, Buffer.from([2, 0, 0, 0, 0, 0])),
    frame(TYPE.data, 0, 1, Buffer.from([9])),
    frame(TYPE.data, FLAG.endStream, 1, Buffer.alloc(9)),
    frame(TYPE.priority, 0, 3, Buffer.alloc(5)),
    headersFrame(3),
    frame(TYPE.data, FLAG.endStream, 3, Buffer.alloc(5)),
    frame(TYPE.goAway, 0, 0, Buffer.alloc(8)),
  ];
}

type Mutation = (frames: Buffer[], random: Random) => void;

/** The preface stays, but for a session in many. */
const placeOf = (frames: Buffer[], random: Random) =>
  random.below(100) === 0 ? 0 : Math.min(frames.length, 1 + random.below(frames.length));

function change(frames: Buffer[], random: Random, how: (bytes: Buffer) => Buffer): void {
  const place = placeOf(frames, random);
  const bytes = frames[place];
  if (bytes !== undefined && bytes.length > 0) frames[place] = how(Buffer.from(bytes));
}

const MUTATIONS: readonly Mutation[] = [
  // An octet, or a bit of it.
  (frames, random) =>
    change(frames, random, (bytes) => {
      bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    }),
  (frames, random) =>
    change(frames, random, (bytes) => {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    }),
  // Type, flags, stream.
  (frames, random) =>
    change(frames, random, (bytes) => {
      if (bytes.length >= 9) bytes[random.pick([3, 4, 8])] = random.below(12);
      return bytes;
    }),
  // A payload of another length.
  (frames, random) =>
    change(frames, random, (bytes) => {
      if (bytes.length < 9) return bytes;
      const payload = bytes.subarray(9, 9 + random.below(bytes.length));
      return frame(bytes[3] ?? 0, bytes[4] ?? 0, bytes.readUInt32BE(5), payload);
    }),
  // Octets that are missing or too many, so that all that follows is something else.
  (frames, random) => change(frames, random, (bytes) => bytes.subarray(0, random.below(bytes.length))),
  (frames, random) =>
    change(frames, random, (bytes) => Buffer.concat([bytes, random.bytes(random.below(20))])),
  // Frames that are missing, twice there, elsewhere, of another session, or made up.
  (frames, random) => void frames.splice(placeOf(frames, random), 1),
  (frames, random) => {
    const place = placeOf(frames, random);
    const copies = Array<Buffer>(1 + random.below(10)).fill(frames[place] ?? Buffer.alloc(0));
    frames.splice(place, 0, ...copies);
  },
  (frames, random) => {
    const [moved] = frames.splice(placeOf(frames, random), 1);
    if (moved !== undefined) frames.splice(placeOf(frames, random), 0, moved);
  },
  (frames, random) => {
    const other = random.pick(BASES)();
    frames.splice(placeOf(frames, random), 0, random.pick(other));
  },
  (frames, random) => void frames.splice(placeOf(frames, random), 0, randomFrame(random)),
  (frames, random) => {
    const many = Array.from({ length: random.below(30) }, () => randomFrame(random));
    frames.splice(placeOf(frames, random), 0, ...many);
  },
];

function randomFrame(random: Random): Buffer {
  const length = random.pick([0, 1, 4, 5, 6, 8, 9, 12, 30]);
  const id = random.pick([0, 1, 2, 3, 5, 7, 9, 2 ** 31 - 1]);
  return frame(random.below(11), random.pick([0, 1, 4, 5, 8, 0x20, 0x2d, 0xff]), id, random.bytes(length));
}

/** Pieces as a socket might read them. */
export function* cut(bytes: Buffer, random: Random): Iterable<Buffer> {
  const most = random.pick([1 + random.below(20), 500, 65_536]);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(most);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
