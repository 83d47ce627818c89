import type { Budgets } from './budget.ts';
import type { ConnectionLife } from './connection-life.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag } from './frame.ts';
import type { GracefulShutdown } from './graceful-shutdown.ts';
import { HeaderBlocks } from './header-blocks.ts';
import type { ConnectionLimits } from './limits.ts';
import { uint31 } from './octets.ts';
import type { Output } from './output.ts';
import {
  dependsOnItself,
  endWithoutPadding,
  expectLength,
  PRIORITY_BYTES,
  startOfContent,
} from './payload.ts';
import { ReceiveWindows } from './receive-windows.ts';
import { areTrailers, type HeaderList, readRequestHead } from './request-head.ts';
import type { Sender } from './sender.ts';
import { type AcceptRequest, ServerStream, type StreamOwner } from './stream.ts';
import type { StreamEndings } from './stream-endings.ts';
import type { StreamTable } from './stream-table.ts';

export interface RequestsOptions {
  life: ConnectionLife;
  streams: StreamTable;
  endings: StreamEndings;
  shutdown: GracefulShutdown;
  sender: Sender;
  output: Output;
  limits: ConnectionLimits;
  budgets: Budgets;
  owner: StreamOwner;
  accept: AcceptRequest;
}

/** The frames of one stream, which make up a request: HEADERS, CONTINUATION, DATA, and what there is beside them. */
export class Requests {
  readonly #life: ConnectionLife;
  readonly #streams: StreamTable;
  readonly #endings: StreamEndings;
  readonly #shutdown: GracefulShutdown;
  readonly #sender: Sender;
  readonly #limits: ConnectionLimits;
  readonly #budgets: Budgets;
  readonly #owner: StreamOwner;
  readonly #accept: AcceptRequest;
  readonly #blocks: HeaderBlocks;
  readonly #windows: ReceiveWindows;

  constructor(options: RequestsOptions) {
    this.#life = options.life;
    this.#streams = options.streams;
    this.#endings = options.endings;
    this.#shutdown = options.shutdown;
    this.#sender = options.sender;
    this.#limits = options.limits;
    this.#budgets = options.budgets;
    this.#owner = options.owner;
    this.#accept = options.accept;
    this.#blocks = new HeaderBlocks(options.limits, (streamId, endsStream, headers) =>
      this.#withHeaders(streamId, endsStream, headers),
    );
    this.#windows = new ReceiveWindows(options.output, options.limits);
  }

  /** Whether nothing but CONTINUATION may come (RFC 9113 6.10). */
  get isWithinHeaders(): boolean {
    return this.#blocks.isWithinBlock;
  }

  /** RFC 9113 6.1 */
  data(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    this.#mustNotBeIdle(streamId);
    const contentEnd = endWithoutPadding(flags, bytes, start, end);
    const contentStart = startOfContent(flags, start);
    const stream = this.#streams.get(streamId);
    this.#windows.count(stream, end - start);
    if (stream === undefined) {
      if (this.#streams.closingOf(streamId) !== 'reset-here') {
        this.#endings.errorWithoutStream(streamId, ErrorCode.STREAM_CLOSED);
      }
      return;
    }
    if (!stream.isReceiving) {
      this.#endings.error(stream, ErrorCode.STREAM_CLOSED);
      return;
    }
    if (stream.receiveWindowBytes < 0) {
      this.#endings.error(stream, ErrorCode.FLOW_CONTROL_ERROR);
      return;
    }
    const endsStream = (flags & Flag.END_STREAM) !== 0;
    if (contentEnd > contentStart) {
      if (stream.contentBytesLeft !== undefined) stream.contentBytesLeft -= contentEnd - contentStart;
      stream.receiver?.data(bytes, contentStart, contentEnd);
    } else if (!endsStream) {
      this.#budgets.spendIdle();
    }
    if (endsStream) this.#end(stream);
    else this.#windows.reopen(stream);
  }

  /** RFC 9113 6.2 */
  headers(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    // 5.1.1: clients have the odd numbers.
    if (streamId % 2 === 0)
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'HEADERS on no stream of a client');
    const blockEnd = endWithoutPadding(flags, bytes, start, end);
    let blockStart = startOfContent(flags, start);
    if ((flags & Flag.PRIORITY) !== 0) {
      if (blockEnd - blockStart < PRIORITY_BYTES) {
        throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'HEADERS without their priority');
      }
      if (dependsOnItself(streamId, bytes, blockStart)) {
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a stream depends on itself');
      }
      blockStart += PRIORITY_BYTES;
    }
    this.#blocks.begin(flags, streamId, bytes, blockStart, blockEnd);
  }

  /** RFC 9113 6.3: read, and ignored. */
  priority(streamId: number, bytes: Buffer, start: number, end: number): void {
    if (streamId === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'PRIORITY of no stream');
    // An error of the stream, by the letter; there is none where the stream is not open.
    expectLength(PRIORITY_BYTES, start, end);
    if (dependsOnItself(streamId, bytes, start)) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a stream depends on itself');
    }
  }

  /** RFC 9113 6.4 */
  rstStream(streamId: number): void {
    this.#mustNotBeIdle(streamId);
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    this.#endings.resetByPeer(stream);
    this.#shutdown.endIfDone();
  }

  /** RFC 9113 6.9, of one stream. */
  windowUpdate(streamId: number, bytes: Buffer, start: number): void {
    this.#mustNotBeIdle(streamId);
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    const increment = uint31(bytes, start);
    if (increment === 0) this.#endings.error(stream, ErrorCode.PROTOCOL_ERROR);
    else if (!this.#sender.widenStream(stream, increment)) {
      this.#endings.error(stream, ErrorCode.FLOW_CONTROL_ERROR);
    }
  }

  /** RFC 9113 6.10 */
  continuation(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    this.#blocks.continue(flags, streamId, bytes, start, end);
  }

  #withHeaders(streamId: number, endsStream: boolean, headers: HeaderList): void {
    const stream = this.#streams.get(streamId);
    if (stream !== undefined) this.#trailers(stream, endsStream, headers);
    else if (streamId > this.#streams.lastId) this.#open(streamId, endsStream, headers);
    else this.#unexpected(streamId);
  }

  #open(streamId: number, endsStream: boolean, headers: HeaderList): void {
    this.#streams.lastId = streamId;
    if (this.#shutdown.isGone) {
      // 6.8: these the peer sends again, on another connection.
      this.#streams.remember(streamId, 'reset-here');
      return;
    }
    if (this.#streams.occupiedCount >= this.#limits.maxConcurrentStreams) {
      // 5.1.2
      this.#endings.errorWithoutStream(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    const head = readRequestHead(headers);
    if (head === undefined || (endsStream && (head.contentBytes ?? 0) > 0)) {
      // 8.1.1
      this.#endings.errorWithoutStream(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    const windows = { receive: this.#limits.streamWindowBytes, send: this.#sender.initialWindowBytes };
    const stream = new ServerStream(this.#owner, streamId, this.#life.nowMs, windows);
    stream.isReceiving = !endsStream;
    stream.contentBytesLeft = head.contentBytes;
    this.#streams.add(stream);
    stream.receiver = this.#accept(stream, head);
    if (endsStream && stream.isOpen) stream.receiver.end();
  }

  /** RFC 9113 8.1 */
  #trailers(stream: ServerStream, endsStream: boolean, headers: HeaderList): void {
    if (!stream.isReceiving) this.#endings.error(stream, ErrorCode.STREAM_CLOSED);
    else if (!endsStream || !areTrailers(headers)) this.#endings.error(stream, ErrorCode.PROTOCOL_ERROR);
    else this.#end(stream);
  }

  #unexpected(streamId: number): void {
    const closing = this.#streams.closingOf(streamId);
    if (closing === 'reset-here') return;
    // 5.1 of one that was closed, 5.1.1 of one that never was open.
    const code = closing === 'ended' ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR;
    throw new ConnectionError(code, 'HEADERS on a stream that is closed');
  }

  #end(stream: ServerStream): void {
    stream.isReceiving = false;
    // 8.1.1: content-length is what came.
    if ((stream.contentBytesLeft ?? 0) !== 0) this.#endings.error(stream, ErrorCode.PROTOCOL_ERROR);
    else if (stream.isOpen) stream.receiver?.end();
  }

  /** 5.1: nothing but HEADERS and PRIORITY may come on a stream that is idle. */
  #mustNotBeIdle(streamId: number): void {
    if (streamId > this.#streams.lastId || streamId % 2 === 0) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a frame on a stream that is idle');
    }
  }
}
