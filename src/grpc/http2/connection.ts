import { Budgets } from './budget.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag, FrameType, PREFACE } from './frame.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import type { ConnectionDeadlines, ConnectionLimits } from './limits.ts';
import { uint31 } from './octets.ts';
import { Output } from './output.ts';
import { expectLength } from './payload.ts';
import { Requests } from './requests.ts';
import { Sender } from './sender.ts';
import { DEFAULT_WINDOW_BYTES, readSettings, Setting } from './settings.ts';
import type { AcceptRequest, Answer, ServerStream, StreamOwner } from './stream.ts';
import { StreamTable } from './stream-table.ts';
import { Vitals } from './vitals.ts';

/** Where a connection's octets go. */
export interface Transport {
  /** @returns whether the bytes may be changed at once, having been handed to the system */
  write(bytes: Buffer): boolean;
  /** Nothing more is written; what was is still for the peer to read. Called once. */
  end(): void;
}

export interface ConnectionOptions {
  transport: Transport;
  accept: AcceptRequest;
  limits: ConnectionLimits;
  deadlines: ConnectionDeadlines;
  /** Called with an error that is ours; the connection is ended then. */
  onError(error: unknown): void;
  nowMs: number;
}

/** Payloads of PING: whether the peer is there, and whether it knows that it shall go. */
const IS_ALIVE = Buffer.from('is alive');
const IS_GOING = Buffer.from('is going');
/** How long a peer that shall go has to say that it knows. */
const GOING_MS = 1000;

const MAX_STREAM_ID = 2 ** 31 - 1;

/**
 * The server's end of one HTTP/2 connection (RFC 9113), without its socket: reads octets, and says what there is to say
 * to them with one write. A peer that breaks the protocol, or asks for too much, loses the connection.
 */
export class ServerConnection implements FrameSink, StreamOwner {
  readonly #transport: Transport;
  readonly #deadlines: ConnectionDeadlines;
  readonly #onError: (error: unknown) => void;
  readonly #frames = new FrameReader(this);
  readonly #output = new Output();
  readonly #streams = new StreamTable();
  readonly #sender: Sender;
  readonly #requests: Requests;
  readonly #vitals: Vitals;
  readonly #budgets: Budgets;
  #nowMs: number;
  #isOpen = true;
  #prefaceBytes = 0;
  #hasSettings = false;
  #framesRead = 0;
  /** Since when the peer is told to go, and whether streams that it opens are not taken any more. */
  #goingSinceMs: number | undefined;
  #isGone = false;
  /** Whether what is said now is written when all is said. */
  #willFlush = false;

  constructor({ transport, accept, limits, deadlines, onError, nowMs }: ConnectionOptions) {
    this.#transport = transport;
    this.#deadlines = deadlines;
    this.#onError = onError;
    this.#nowMs = nowMs;
    this.#vitals = new Vitals(deadlines, nowMs);
    this.#budgets = new Budgets(limits);
    this.#sender = new Sender(this.#output, limits.maxPendingBytes, (stream) => this.#answered(stream));
    this.#requests = new Requests({
      ...{ streams: this.#streams, sender: this.#sender, output: this.#output, limits, accept },
      ...{ budgets: this.#budgets, owner: this },
    });
    // 3.4: said before anything has come.
    this.#output.settings([
      [Setting.MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams],
      [Setting.INITIAL_WINDOW_SIZE, limits.streamWindowBytes],
      [Setting.MAX_HEADER_LIST_SIZE, limits.maxHeaderListBytes],
    ]);
    if (limits.connectionWindowBytes > DEFAULT_WINDOW_BYTES) {
      this.#output.windowUpdate(0, limits.connectionWindowBytes - DEFAULT_WINDOW_BYTES);
    }
    this.#flush();
  }

  get openStreams(): number {
    return this.#streams.openCount;
  }

  /** @param bytes what came; they are kept as long as they are needed */
  read(bytes: Buffer, nowMs: number): void {
    if (!this.#isOpen) return;
    this.#nowMs = nowMs;
    this.#requests.nowMs = nowMs;
    this.#vitals.heard(nowMs);
    this.#willFlush = true;
    this.#guard(() => {
      const frames = this.#prefaceBytes < PREFACE.length ? this.#readPreface(bytes) : bytes;
      this.#frames.read(frames);
    });
    this.#willFlush = false;
    this.#flush();
  }

  /** Keeps deadlines. To be called a few times in the shortest of them. */
  tick(nowMs: number): void {
    if (!this.#isOpen) return;
    this.#nowMs = nowMs;
    this.#requests.nowMs = nowMs;
    const diagnosis = this.#vitals.check(
      {
        isEstablished: this.#hasSettings,
        isWithinFrame: this.#frames.isWithinFrame || this.#requests.isWithinHeaders,
        framesRead: this.#framesRead,
        openStreams: this.#streams.openCount,
        pendingBytes: this.#sender.pendingBytes,
      },
      nowMs,
    );
    if (diagnosis === 'ask') this.#output.ping(0, IS_ALIVE);
    else if (diagnosis === 'idle') this.go();
    else if (diagnosis !== 'well') this.#end(ErrorCode.ENHANCE_YOUR_CALM, diagnosis.tooLate);
    this.#requests.cancelOlderThan(nowMs - this.#deadlines.requestMs);
    if (this.#goingSinceMs !== undefined && nowMs - this.#goingSinceMs > GOING_MS) this.#leave();
    this.#flush();
  }

  /** Has the peer go elsewhere with new calls, and ends when those that it has are answered (RFC 9113 6.8). */
  go(): void {
    if (!this.#isOpen || this.#goingSinceMs !== undefined) return;
    this.#goingSinceMs = this.#nowMs;
    this.#output.goAway(MAX_STREAM_ID, ErrorCode.NO_ERROR, '');
    this.#output.ping(0, IS_GOING);
    this.#flush();
  }

  /** The connection is gone, or is to be: nobody waits for an answer. */
  lost(): void {
    this.#isOpen = false;
    for (const stream of this.#streams.open()) this.#requests.abandon(stream);
  }

  /** Of FrameReader. */
  frame(type: number, flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    if (!this.#isOpen) return;
    const requests = this.#requests;
    if (requests.isWithinHeaders && type !== FrameType.CONTINUATION) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a header block is interrupted');
    }
    if (!this.#hasSettings && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0)) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'the first frame is not SETTINGS');
    }
    switch (type) {
      case FrameType.DATA:
        requests.data(flags, streamId, bytes, start, end);
        break;
      case FrameType.HEADERS:
        requests.headers(flags, streamId, bytes, start, end);
        break;
      case FrameType.CONTINUATION:
        requests.continuation(flags, streamId, bytes, start, end);
        break;
      case FrameType.RST_STREAM:
        expectLength(4, start, end);
        requests.rstStream(streamId);
        this.#endIfDone();
        break;
      case FrameType.SETTINGS:
        this.#settings(flags, streamId, bytes, start, end);
        break;
      case FrameType.PING:
        this.#ping(flags, streamId, bytes, start, end);
        break;
      case FrameType.GOAWAY:
        this.#goAway(streamId, start, end);
        break;
      case FrameType.WINDOW_UPDATE:
        this.#budgets.spendIdle(this.#nowMs);
        this.#windowUpdate(streamId, bytes, start, end);
        break;
      case FrameType.PRIORITY:
        this.#budgets.spendIdle(this.#nowMs);
        requests.priority(streamId, bytes, start, end);
        break;
      case FrameType.PUSH_PROMISE:
        // 8.4: only servers push.
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'PUSH_PROMISE of a client');
      default:
        // 4.1: what is not known is ignored.
        this.#budgets.spendIdle(this.#nowMs);
    }
    if (!requests.isWithinHeaders) this.#framesRead += 1;
  }

  /** Of ServerStream. */
  answer(stream: ServerStream, answer: Answer): void {
    this.#say(() => this.#sender.answer(stream, answer));
  }

  /** Of ServerStream. */
  refuse(stream: ServerStream, head: Uint8Array): void {
    this.#say(() => this.#sender.head(stream, head));
  }

  /** Of ServerStream. */
  settled(stream: ServerStream): void {
    this.#streams.settled(stream);
  }

  #answered(stream: ServerStream): void {
    this.#requests.answered(stream);
    this.#budgets.earn();
    this.#endIfDone();
  }

  /** 3.4. @returns what comes after the preface */
  #readPreface(bytes: Buffer): Buffer {
    const from = this.#prefaceBytes;
    const expected = PREFACE.subarray(from, from + bytes.length);
    const length = expected.length;
    if (!bytes.subarray(0, length).equals(expected)) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'this is a server for HTTP/2');
    }
    this.#prefaceBytes += length;
    return bytes.subarray(length);
  }

  /** 6.5 */
  #settings(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectConnection(streamId);
    if ((flags & Flag.ACK) !== 0) {
      expectLength(0, start, end);
      return;
    }
    if ((end - start) % 6 !== 0)
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'SETTINGS are cut off');
    this.#budgets.spendCall(this.#nowMs);
    const initialWindowBytes = readSettings(bytes, start, end);
    this.#hasSettings = true;
    this.#output.settingsAck();
    if (initialWindowBytes !== undefined) this.#sender.resize(initialWindowBytes, this.#streams.open());
  }

  /** 6.7 */
  #ping(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectConnection(streamId);
    expectLength(8, start, end);
    if ((flags & Flag.ACK) === 0) {
      this.#budgets.spendCall(this.#nowMs);
      this.#output.ping(Flag.ACK, bytes.subarray(start, end));
    } else if (this.#goingSinceMs !== undefined && IS_GOING.equals(bytes.subarray(start, end))) {
      this.#leave();
    }
  }

  /** 6.8: the peer opens no more streams; those that are open are answered. */
  #goAway(streamId: number, start: number, end: number): void {
    expectConnection(streamId);
    if (end - start < 8) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'GOAWAY is cut off');
    this.#goingSinceMs ??= this.#nowMs;
    this.#leave();
  }

  /** 6.9 */
  #windowUpdate(streamId: number, bytes: Buffer, start: number, end: number): void {
    expectLength(4, start, end);
    const increment = uint31(bytes, start);
    if (streamId !== 0) {
      this.#requests.windowUpdate(streamId, increment);
    } else {
      if (increment === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE of nothing');
      this.#sender.widen(increment);
    }
  }

  /** The second step of going: streams that the peer opens from now on are not taken. */
  #leave(): void {
    if (this.#isGone || !this.#isOpen) return;
    this.#isGone = true;
    this.#requests.lastTakenId = this.#streams.lastId;
    this.#output.goAway(this.#streams.lastId, ErrorCode.NO_ERROR, '');
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (!this.#isGone || this.#streams.openCount > 0 || !this.#isOpen) return;
    this.#flush();
    this.#isOpen = false;
    this.#transport.end();
  }

  /** Says something outside of `read`, where nothing waits for more that is said in the same tick. */
  #say(say: () => void): void {
    this.#guard(say);
    if (this.#willFlush || this.#output.isEmpty) return;
    this.#willFlush = true;
    process.nextTick(() => {
      this.#willFlush = false;
      this.#flush();
    });
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof ConnectionError) {
        this.#end(error.code, error.message);
      } else {
        this.#end(ErrorCode.INTERNAL_ERROR, 'internal error');
        this.#onError(error);
      }
    }
  }

  /** 5.4.1 */
  #end(code: ErrorCode, text: string): void {
    if (!this.#isOpen) return;
    this.#output.goAway(this.#streams.lastId, code, text);
    this.#flush();
    this.lost();
    this.#transport.end();
  }

  #flush(): void {
    if (this.#isOpen && !this.#output.isEmpty) this.#output.flush((bytes) => this.#transport.write(bytes));
  }
}

function expectConnection(streamId: number): void {
  if (streamId === 0) return;
  throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a frame of the connection on a stream');
}
