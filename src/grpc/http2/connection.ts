import { Budgets } from './budget.ts';
import { ConnectionFrames } from './connection-frames.ts';
import type { ConnectionLife } from './connection-life.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { FrameDispatch } from './frame-dispatch.ts';
import { FrameReader } from './frame-reader.ts';
import { GracefulShutdown } from './graceful-shutdown.ts';
import type { ConnectionDeadlines, ConnectionLimits } from './limits.ts';
import { Output } from './output.ts';
import { PrefaceReader } from './preface.ts';
import { Requests } from './requests.ts';
import { Sender } from './sender.ts';
import { DEFAULT_WINDOW_BYTES, ownSettings } from './settings.ts';
import type { AcceptRequest, Answer, ServerStream, StreamOwner } from './stream.ts';
import { StreamEndings } from './stream-endings.ts';
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

/** Payload of the PING that asks whether the peer is there. */
const IS_ALIVE = Buffer.from('is alive');

/**
 * The server's end of one HTTP/2 connection (RFC 9113), without its socket: reads octets, and says what there is to say
 * to them with one write. A peer that breaks the protocol, or asks for too much, loses the connection.
 */
export class ServerConnection implements StreamOwner {
  readonly #transport: Transport;
  readonly #deadlines: ConnectionDeadlines;
  readonly #onError: (error: unknown) => void;
  readonly #life: ConnectionLife;
  readonly #preface = new PrefaceReader();
  readonly #reader: FrameReader;
  readonly #frames: FrameDispatch;
  readonly #connectionFrames: ConnectionFrames;
  readonly #requests: Requests;
  readonly #streams = new StreamTable();
  readonly #endings: StreamEndings;
  readonly #sender: Sender;
  readonly #output = new Output();
  readonly #shutdown: GracefulShutdown;
  readonly #vitals: Vitals;
  /** Whether what is said now is written when all is said. */
  #willFlush = false;

  constructor({ transport, accept, limits, deadlines, onError, nowMs }: ConnectionOptions) {
    this.#transport = transport;
    this.#deadlines = deadlines;
    this.#onError = onError;
    this.#life = { isOpen: true, nowMs };
    this.#vitals = new Vitals(deadlines, nowMs);
    this.#sender = new Sender(this.#output, limits.maxPendingBytes, (stream) => this.#answered(stream));
    const budgets = new Budgets(this.#life, limits);
    const shared = { life: this.#life, streams: this.#streams, output: this.#output, sender: this.#sender };
    this.#shutdown = new GracefulShutdown({ ...shared, onDone: () => this.#close() });
    this.#endings = new StreamEndings({ ...shared, limits, budgets });
    this.#connectionFrames = new ConnectionFrames({ ...shared, budgets, shutdown: this.#shutdown });
    this.#requests = new Requests({
      ...{ ...shared, limits, budgets, accept, owner: this },
      ...{ endings: this.#endings, shutdown: this.#shutdown },
    });
    this.#frames = new FrameDispatch({
      ...{ life: this.#life, budgets, connection: this.#connectionFrames, requests: this.#requests },
    });
    this.#reader = new FrameReader(this.#frames);
    this.#output.settings(ownSettings(limits));
    if (limits.connectionWindowBytes > DEFAULT_WINDOW_BYTES) {
      this.#output.windowUpdate(0, limits.connectionWindowBytes - DEFAULT_WINDOW_BYTES);
    }
    this.#flush();
  }

  get openStreams(): number {
    return this.#streams.openCount;
  }

  /**
   * What there is to say then waits for `flush`.
   * @param bytes what came; they are kept as long as they are needed
   */
  read(bytes: Buffer, nowMs: number): void {
    if (!this.#life.isOpen) return;
    this.#life.nowMs = nowMs;
    this.#vitals.heard(nowMs);
    this.#willFlush = true;
    try {
      this.#reader.read(this.#preface.isWhole ? bytes : this.#preface.read(bytes));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Writes what there is to say. To be called after `read`, or after several of one turn of the event loop. */
  flush(): void {
    this.#willFlush = false;
    this.#flush();
  }

  /** Keeps deadlines. To be called a few times in the shortest of them. */
  tick(nowMs: number): void {
    if (!this.#life.isOpen) return;
    this.#life.nowMs = nowMs;
    const diagnosis = this.#vitals.check(
      {
        isEstablished: this.#connectionFrames.hasSettings,
        isWithinFrame: this.#reader.isWithinFrame || this.#requests.isWithinHeaders,
        framesRead: this.#frames.framesRead,
        openStreams: this.#streams.openCount,
        pendingBytes: this.#sender.pendingBytes,
      },
      nowMs,
    );
    if (diagnosis === 'ask') this.#output.ping(0, IS_ALIVE);
    else if (diagnosis === 'idle') this.#shutdown.begin();
    else if (diagnosis !== 'well') this.#end(ErrorCode.ENHANCE_YOUR_CALM, diagnosis.tooLate);
    this.#endings.cancelOlderThan(nowMs - this.#deadlines.requestMs);
    this.#shutdown.tick();
    this.#flush();
  }

  /** Has the peer go elsewhere with new calls, and ends when those that it has are answered (RFC 9113 6.8). */
  go(): void {
    if (!this.#life.isOpen) return;
    this.#shutdown.begin();
    this.#flush();
  }

  /** The connection is gone, or is to be: nobody waits for an answer. */
  lost(): void {
    this.#life.isOpen = false;
    for (const stream of this.#streams.open()) this.#endings.abandon(stream);
  }

  /** Of StreamOwner. */
  answer(stream: ServerStream, answer: Answer): void {
    try {
      this.#sender.answer(stream, answer);
    } catch (error) {
      this.#failed(error);
    }
    this.#flushSoon();
  }

  /** Of StreamOwner. */
  refuse(stream: ServerStream, head: Uint8Array): void {
    try {
      this.#sender.head(stream, head);
    } catch (error) {
      this.#failed(error);
    }
    this.#flushSoon();
  }

  /** Of StreamOwner. */
  settled(stream: ServerStream): void {
    this.#streams.settled(stream);
  }

  #answered(stream: ServerStream): void {
    this.#endings.answered(stream);
    this.#shutdown.endIfDone();
  }

  /** After something was said outside of `read`, where nothing waits for more that is said in the same tick. */
  #flushSoon(): void {
    if (this.#willFlush || this.#output.isEmpty) return;
    this.#willFlush = true;
    process.nextTick(() => {
      this.#willFlush = false;
      this.#flush();
    });
  }

  #failed(error: unknown): void {
    if (error instanceof ConnectionError) {
      this.#end(error.code, error.message);
    } else {
      this.#end(ErrorCode.INTERNAL_ERROR, 'internal error');
      this.#onError(error);
    }
  }

  /** 5.4.1 */
  #end(code: ErrorCode, text: string): void {
    if (!this.#life.isOpen) return;
    this.#output.goAway(this.#streams.lastId, code, text);
    this.#flush();
    this.lost();
    this.#transport.end();
  }

  /** All is said and done. */
  #close(): void {
    if (!this.#life.isOpen) return;
    this.#flush();
    this.#life.isOpen = false;
    this.#transport.end();
  }

  #flush(): void {
    if (this.#life.isOpen && !this.#output.isEmpty) {
      this.#output.flush((bytes) => this.#transport.write(bytes));
    }
  }
}
