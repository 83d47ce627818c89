/** Speaks nonsense to connections: what real clients said, mutated, and frames at random. fuzz.test.ts says how much. */
import { setImmediate } from 'node:timers/promises';
import { FLAG, frame, settings, TYPE, uint32 } from '../../../test/support/http2-peer.ts';
import { ServerConnection, type Transport } from '../http2/connection.ts';
import { PREFACE } from '../http2/frame.ts';
import { FrameReader } from '../http2/frame-reader.ts';
import { CONNECTION_DEADLINES, CONNECTION_LIMITS, type ConnectionLimits } from '../http2/limits.ts';
import { StatusError, type UnaryCall, type UnaryHandler } from '../service.ts';
import { Status } from '../status.ts';
import { acceptCall } from './accept.ts';
import type { CallContext } from './call.ts';
import { Deadlines } from './deadlines.ts';
import { ReceiveBudget } from './message-reader.ts';
import { callFrames, headersFrame, PATH } from './server.fixture.ts';
import { SESSIONS } from './sessions.fixture.ts';

export interface FuzzResult {
  frames: number;
  sessions: number;
  /** Calls whose handlers ran, and sessions that the server ended. */
  calls: number;
  ended: number;
}

const BUDGET_BYTES = 2 ** 20;
const MAX_RECEIVE_BYTES = 10_000;

/**
 * Runs sessions until as many frames have been sent.
 * @throws with the seed of the session, where one fails the server: an error that is not the peer's, a stream or an octet
 *   that is left, output that is none, or output after the end
 */
export async function fuzz(frames: number, seed: number): Promise<FuzzResult> {
  const result: FuzzResult = { frames: 0, sessions: 0, calls: 0, ended: 0 };
  while (result.frames < frames) {
    const sessionSeed = seed + result.sessions;
    try {
      await runSession(new Random(sessionSeed), result);
    } catch (error) {
      throw new Error(`the session with seed ${sessionSeed} fails`, { cause: error });
    }
    result.sessions += 1;
    // What waits for the next tick has its turn.
    if (result.sessions % 50 === 0) await setImmediate();
  }
  return result;
}

/** What a client says, frame by frame; the first piece is the preface. */
export function mutatedSession(random: Random): Buffer[] {
  const frames = [...random.pick(BASES)()];
  for (let count = random.below(5); count > 0; count -= 1) random.pick(MUTATIONS)(frames, random);
  return frames;
}

/** @returns all that a server says to a session whose octets come in these pieces, calls being answered at once */
export function answersTo(pieces: Iterable<Buffer>): Buffer {
  const written: Buffer[] = [];
  const connection = openConnection({
    handler: (message) => message,
    transport: { write: (bytes) => written.push(Buffer.from(bytes)) > 0, end() {} },
    limits: CONNECTION_LIMITS,
    budget: new ReceiveBudget(BUDGET_BYTES),
    deadlines: new Deadlines(),
    onError(error) {
      throw error;
    },
  });
  for (const piece of pieces) connection.read(piece, 0);
  return Buffer.concat(written);
}

interface FuzzedConnection {
  handler: UnaryHandler<unknown, unknown>;
  transport: Transport;
  limits: ConnectionLimits;
  budget: ReceiveBudget;
  deadlines: Deadlines;
  onError(error: unknown): void;
}

/** With one method, whose messages are octets. */
function openConnection({
  handler,
  transport,
  limits,
  onError,
  ...calls
}: FuzzedConnection): ServerConnection {
  const context: CallContext = { maxReceiveBytes: MAX_RECEIVE_BYTES, onError, ...calls };
  const codec = { decode: (bytes: Uint8Array) => bytes, encode: (bytes: unknown) => bytes as Uint8Array };
  const methods = new Map([[PATH, { name: 'fuzzed', handler, codec }]]);
  return new ServerConnection({
    ...{ transport, limits, onError, deadlines: CONNECTION_DEADLINES, nowMs: 0 },
    accept: (stream, head) => acceptCall(stream, head, methods, context),
  });
}

async function runSession(random: Random, result: FuzzResult): Promise<void> {
  const errors: unknown[] = [];
  const budget = new ReceiveBudget(BUDGET_BYTES);
  const deadlines = new Deadlines();
  const unsettled: (() => void)[] = [];
  const handler = handlerOf(random, unsettled, () => {
    result.calls += 1;
  });
  const output = new FrameReader({ frame() {} });
  let isEnded = false;
  const connection = openConnection({
    ...{ handler, budget, deadlines },
    transport: {
      write(bytes) {
        if (isEnded) throw new Error('something is written after the end');
        output.read(Buffer.from(bytes));
        return random.below(2) === 0;
      },
      end() {
        if (isEnded) throw new Error('the end comes twice');
        isEnded = true;
      },
    },
    limits: { ...CONNECTION_LIMITS, maxConcurrentStreams: 1 + random.below(20), maxPendingBytes: 50_000 },
    onError: (error) => errors.push(error),
  });
  let nowMs = 0;
  const frames = mutatedSession(random);
  result.frames += frames.length;
  for (const piece of cut(Buffer.concat(frames), random)) {
    nowMs += random.below(100);
    connection.read(piece, nowMs);
    if (random.below(4) === 0) await null;
    if (random.below(10) === 0) unsettled.pop()?.();
    if (random.below(50) === 0) connection.tick(nowMs + random.below(100_000));
    if (random.below(200) === 0) connection.go();
  }
  if (isEnded) result.ended += 1;
  connection.lost();
  for (const settle of unsettled) settle();
  await null;
  deadlines.close();
  if (errors.length > 0) throw errors[0];
  if (output.isWithinFrame) throw new Error('the output ends within a frame');
  if (connection.openStreams > 0) throw new Error('streams are left');
  if (budget.leftBytes !== BUDGET_BYTES) throw new Error('octets of messages are left');
}

/** Answers now, soon, late or with a refusal. */
function handlerOf(
  random: Random,
  unsettled: (() => void)[],
  onCall: () => void,
): UnaryHandler<unknown, unknown> {
  return (message: unknown, call: UnaryCall) => {
    onCall();
    switch (random.below(5)) {
      case 0:
        return Promise.resolve(message);
      case 1:
        return new Promise((resolve) => unsettled.push(() => resolve(message)));
      case 2:
        throw new StatusError(Status.NOT_FOUND, 'not here');
      case 3:
        return call.signal.aborted ? message : Buffer.alloc(random.below(40_000));
      default:
        return message;
    }
  };
}

/** Numbers that look random, the same for the same seed: a linear congruential generator with its low bits left out. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
    for (let round = 0; round < 4; round += 1) this.below(2);
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(((this.#state >>> 8) / 2 ** 24) * limit);
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
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
