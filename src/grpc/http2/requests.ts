import type { Budgets } from './budget.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag } from './frame.ts';
import { HeaderBlocks } from './header-blocks.ts';
import type { ConnectionLimits } from './limits.ts';
import type { Output } from './output.ts';
import {
  dependsOnItself,
  endWithoutPadding,
  expectLength,
  PRIORITY_BYTES,
  startOfContent,
} from './payload.ts';
import { areTrailers, type HeaderList, readRequestHead } from './request-head.ts';
import type { Sender } from './sender.ts';
import { type AcceptRequest, ServerStream, type StreamOwner } from './stream.ts';
import type { Closing, StreamTable } from './stream-table.ts';

export interface RequestsOptions {
  streams: StreamTable;
  sender: Sender;
  output: Output;
  limits: ConnectionLimits;
  budgets: Budgets;
  owner: StreamOwner;
  accept: AcceptRequest;
}

/** The frames that make up requests: HEADERS, CONTINUATION, DATA and RST_STREAM. */
export class Requests {
  readonly #streams: StreamTable;
  readonly #sender: Sender;
  readonly #output: Output;
  readonly #limits: ConnectionLimits;
  readonly #budgets: Budgets;
  readonly #owner: StreamOwner;
  readonly #accept: AcceptRequest;
  readonly #blocks: HeaderBlocks;
  #windowBytes: number;
  /** Streams above it are not taken; Infinity until the connection is about to go. */
  lastTakenId = Number.POSITIVE_INFINITY;
  nowMs = 0;

  constructor({ streams, sender, output, limits, budgets, owner, accept }: RequestsOptions) {
    this.#streams = streams;
    this.#sender = sender;
    this.#output = output;
    this.#limits = limits;
    this.#budgets = budgets;
    this.#owner = owner;
    this.#accept = accept;
    this.#blocks = new HeaderBlocks(limits, (streamId, endsStream, headers) =>
      this.#withHeaders(streamId, endsStream, headers),
    );
    this.#windowBytes = limits.connectionWindowBytes;
  }

  /** Whether nothing but CONTINUATION may come (RFC 9113 6.10). */
  get isWithinHeaders(): boolean {
    return this.#blocks.isWithinBlock;
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

  /** RFC 9113 6.10 */
  continuation(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    this.#blocks.continue(flags, streamId, bytes, start, end);
  }

  /** RFC 9113 6.1 */
  data(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    this.#mustNotBeIdle(streamId);
    const contentEnd = endWithoutPadding(flags, bytes, start, end);
    const contentStart = startOfContent(flags, start);
    const stream = this.#streams.get(streamId);
    // 6.9: also what is ignored, and all of the padding, counts.
    this.#countReceived(stream, end - start);
    if (stream === undefined) {
      if (this.#streams.closingOf(streamId) !== 'reset-here') this.#error(streamId, ErrorCode.STREAM_CLOSED);
      return;
    }
    if (!stream.isReceiving) {
      this.#streamError(stream, ErrorCode.STREAM_CLOSED);
      return;
    }
    if (stream.receiveWindowBytes < 0) {
      this.#streamError(stream, ErrorCode.FLOW_CONTROL_ERROR);
      return;
    }
    const endsStream = (flags & Flag.END_STREAM) !== 0;
    if (contentEnd > contentStart) {
      if (stream.contentBytesLeft !== undefined) stream.contentBytesLeft -= contentEnd - contentStart;
      stream.receiver?.data(bytes, contentStart, contentEnd);
    } else if (!endsStream) {
      this.#budgets.spendIdle(this.nowMs);
    }
    if (endsStream) this.#end(stream);
    else this.#openWindow(stream);
  }

  /** RFC 9113 6.4 */
  rstStream(streamId: number): void {
    this.#mustNotBeIdle(streamId);
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    // Made for CVE-2023-44487: what is opened and reset at once costs the peer nothing, and this side a call.
    if (this.nowMs - stream.openedMs < this.#limits.quickResetMs) this.#budgets.spendCall(this.nowMs);
    this.#close(stream, 'ended');
    stream.receiver?.closed();
  }

  /** RFC 9113 6.9 */
  windowUpdate(streamId: number, increment: number): void {
    this.#mustNotBeIdle(streamId);
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    if (increment === 0) this.#streamError(stream, ErrorCode.PROTOCOL_ERROR);
    else if (!this.#sender.widenStream(stream, increment)) {
      this.#streamError(stream, ErrorCode.FLOW_CONTROL_ERROR);
    }
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

  /** Resets streams whose requests have not arrived since then. */
  cancelOlderThan(openedMs: number): void {
    for (const stream of this.#streams.open()) {
      if (stream.isReceiving && stream.openedMs < openedMs) this.reset(stream, ErrorCode.CANCEL);
    }
  }

  /** Ends a stream that is open without a word, the connection being gone. */
  abandon(stream: ServerStream): void {
    this.#close(stream, 'ended');
    stream.receiver?.closed();
  }

  /** Ends a stream that is open with RST_STREAM, for a reason of this side's. */
  reset(stream: ServerStream, code: ErrorCode): void {
    this.#output.rstStream(stream.id, code);
    this.#close(stream, 'reset-here');
    stream.receiver?.closed();
  }

  /** The answer is sent; RFC 9113 8.1: of a request that nobody waited for, the rest is not wanted. */
  answered(stream: ServerStream): void {
    if (stream.isReceiving) this.#output.rstStream(stream.id, ErrorCode.NO_ERROR);
    this.#close(stream, stream.isReceiving ? 'reset-here' : 'ended');
  }

  #withHeaders(streamId: number, endsStream: boolean, headers: HeaderList): void {
    const stream = this.#streams.get(streamId);
    if (stream !== undefined) this.#trailers(stream, endsStream, headers);
    else if (streamId > this.#streams.lastId) this.#open(streamId, endsStream, headers);
    else this.#unexpected(streamId);
  }

  #open(streamId: number, endsStream: boolean, headers: HeaderList): void {
    this.#streams.lastId = streamId;
    if (streamId > this.lastTakenId) {
      // 6.8: these the peer sends again, on another connection.
      this.#streams.remember(streamId, 'reset-here');
      return;
    }
    if (this.#streams.occupiedCount >= this.#limits.maxConcurrentStreams) {
      // 5.1.2
      this.#error(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    const head = readRequestHead(headers);
    if (head === undefined || (endsStream && (head.contentBytes ?? 0) > 0)) {
      // 8.1.1
      this.#error(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    const windows = { receive: this.#limits.streamWindowBytes, send: this.#sender.initialWindowBytes };
    const stream = new ServerStream(this.#owner, streamId, this.nowMs, windows);
    stream.isReceiving = !endsStream;
    stream.contentBytesLeft = head.contentBytes;
    this.#streams.add(stream);
    stream.receiver = this.#accept(stream, head);
    if (endsStream && stream.isOpen) stream.receiver.end();
  }

  #trailers(stream: ServerStream, endsStream: boolean, headers: HeaderList): void {
    if (!stream.isReceiving) this.#streamError(stream, ErrorCode.STREAM_CLOSED);
    // 8.1
    else if (!endsStream || !areTrailers(headers)) this.#streamError(stream, ErrorCode.PROTOCOL_ERROR);
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
    if ((stream.contentBytesLeft ?? 0) !== 0) this.#streamError(stream, ErrorCode.PROTOCOL_ERROR);
    else if (stream.isOpen) stream.receiver?.end();
  }

  /** 5.1: nothing but HEADERS and PRIORITY may come on a stream that is idle. */
  #mustNotBeIdle(streamId: number): void {
    if (streamId > this.#streams.lastId || streamId % 2 === 0) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a frame on a stream that is idle');
    }
  }

  #countReceived(stream: ServerStream | undefined, bytes: number): void {
    this.#windowBytes -= bytes;
    if (this.#windowBytes < 0) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'more content than the connection takes');
    }
    const { connectionWindowBytes } = this.#limits;
    if (this.#windowBytes < connectionWindowBytes / 2) {
      this.#output.windowUpdate(0, connectionWindowBytes - this.#windowBytes);
      this.#windowBytes = connectionWindowBytes;
    }
    if (stream !== undefined) stream.receiveWindowBytes -= bytes;
  }

  /** Content is read at once, so the window of a stream is opened again when half of it is used. */
  #openWindow(stream: ServerStream): void {
    const { streamWindowBytes } = this.#limits;
    if (!stream.isOpen || stream.receiveWindowBytes >= streamWindowBytes / 2) return;
    this.#output.windowUpdate(stream.id, streamWindowBytes - stream.receiveWindowBytes);
    stream.receiveWindowBytes = streamWindowBytes;
  }

  /**
   * What the peer did wrong on one stream (RFC 9113 5.4.2). CVE-2025-8671: a peer that has this side reset its streams is
   * no better than one that resets them itself.
   */
  #streamError(stream: ServerStream, code: ErrorCode): void {
    this.#budgets.spendCall(this.nowMs);
    this.reset(stream, code);
  }

  /** The same of a stream that is not open. */
  #error(streamId: number, code: ErrorCode): void {
    this.#budgets.spendCall(this.nowMs);
    this.#output.rstStream(streamId, code);
    this.#streams.remember(streamId, 'reset-here');
  }

  #close(stream: ServerStream, closing: Closing): void {
    this.#sender.drop(stream);
    this.#streams.close(stream, closing);
  }
}
