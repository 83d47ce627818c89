/** Speaks nonsense to connections: what real clients said, mutated, and frames at random. fuzz.test.ts says how much. */
import { setImmediate } from 'node:timers/promises';
import { ServerConnection, type Transport } from '../http2/connection.ts';
import { FrameReader } from '../http2/frame-reader.ts';
import { CONNECTION_DEADLINES, CONNECTION_LIMITS, type ConnectionLimits } from '../http2/limits.ts';
import { StatusError, type UnaryCall, type UnaryHandler } from '../service.ts';
import { Status } from '../status.ts';
import { acceptCall } from './accept.ts';
import type { CallContext } from './call.ts';
import { Deadlines } from './deadlines.ts';
import { ReceiveBudget } from './message-reader.ts';
import { cut, mutatedSession } from './mutated-session.fixture.ts';
import { Random } from './random.fixture.ts';
import { PATH } from './server.fixture.ts';

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
  for (const piece of pieces) {
    connection.read(piece, 0);
    connection.flush();
  }
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
    if (random.below(4) > 0) connection.flush();
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
