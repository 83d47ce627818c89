import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag, MAX_FRAME_BYTES } from './frame.ts';
import { NO_DYNAMIC_TABLE } from './hpack/encoder.ts';
import type { Output } from './output.ts';
import { DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from './settings.ts';
import type { Answer, ServerStream } from './stream.ts';

/** What is left of an answer whose windows are closed. */
interface Pending {
  stream: ServerStream;
  body: Uint8Array;
  sentBytes: number;
  trailers: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Sends answers within the windows that the peer opens (RFC 9113 5.2, 6.9). */
export class Sender {
  readonly #output: Output;
  readonly #onSent: (stream: ServerStream) => void;
  readonly #maxPendingBytes: number;
  #windowBytes = DEFAULT_WINDOW_BYTES;
  #initialWindowBytes = DEFAULT_WINDOW_BYTES;
  #hasSentHeaders = false;
  readonly #pending = new Map<number, Pending>();
  #pendingBytes = 0;

  /** @param onSent called when the last octet of an answer went into the output */
  constructor(output: Output, maxPendingBytes: number, onSent: (stream: ServerStream) => void) {
    this.#output = output;
    this.#maxPendingBytes = maxPendingBytes;
    this.#onSent = onSent;
  }

  /** What a new stream may send. */
  get initialWindowBytes(): number {
    return this.#initialWindowBytes;
  }

  /** Of answers that wait for a window. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** @throws ConnectionError where more answers wait than are kept for a peer */
  answer(stream: ServerStream, { head, prefix, body, trailers }: Answer): void {
    this.#headers(stream.id, 0, head);
    const length = prefix.length + body.length;
    const isWithinWindows = length <= this.#windowBytes && length <= stream.sendWindowBytes;
    if (isWithinWindows && length <= MAX_FRAME_BYTES) {
      this.#windowBytes -= length;
      stream.sendWindowBytes -= length;
      this.#output.data(stream.id, 0, prefix, body);
      this.#headers(stream.id, Flag.END_STREAM, trailers);
      this.#onSent(stream);
      return;
    }
    this.#pendingBytes += length;
    const pending = { stream, body: Buffer.concat([prefix, body]), sentBytes: 0, trailers };
    this.#pending.set(stream.id, pending);
    this.#proceed(pending);
    if (this.#pendingBytes > this.#maxPendingBytes) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many answers wait for a window');
    }
  }

  /** An answer that is a header block alone. */
  head(stream: ServerStream, head: Uint8Array): void {
    this.#headers(stream.id, Flag.END_STREAM, head);
    this.#onSent(stream);
  }

  /** Forgets what a stream has not sent. */
  drop(stream: ServerStream): void {
    const pending = this.#pending.get(stream.id);
    if (pending === undefined) return;
    this.#pending.delete(stream.id);
    this.#pendingBytes -= pending.body.length - pending.sentBytes;
  }

  /** RFC 9113 6.9.1, for the connection. @throws ConnectionError where the window is larger than one may be */
  widen(increment: number): void {
    this.#windowBytes += increment;
    if (this.#windowBytes > MAX_WINDOW_BYTES) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'the window of the connection is too large');
    }
    for (const pending of this.#pending.values()) {
      if (this.#windowBytes <= 0) return;
      this.#proceed(pending);
    }
  }

  /** For a stream. @returns whether its window is no larger than one may be */
  widenStream(stream: ServerStream, increment: number): boolean {
    stream.sendWindowBytes += increment;
    if (stream.sendWindowBytes > MAX_WINDOW_BYTES) return false;
    const pending = this.#pending.get(stream.id);
    if (pending !== undefined) this.#proceed(pending);
    return true;
  }

  /** RFC 9113 6.9.2: SETTINGS_INITIAL_WINDOW_SIZE changes what streams have that are open, too. */
  resize(initialWindowBytes: number, streams: readonly ServerStream[]): void {
    const increment = initialWindowBytes - this.#initialWindowBytes;
    this.#initialWindowBytes = initialWindowBytes;
    for (const stream of streams) {
      if (!this.widenStream(stream, increment)) {
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'the window of a stream is too large');
      }
    }
  }

  #proceed(pending: Pending): void {
    const { stream, body, trailers } = pending;
    while (pending.sentBytes < body.length) {
      const bytes = Math.min(
        body.length - pending.sentBytes,
        this.#windowBytes,
        stream.sendWindowBytes,
        MAX_FRAME_BYTES,
      );
      if (bytes <= 0) return;
      this.#windowBytes -= bytes;
      stream.sendWindowBytes -= bytes;
      this.#pendingBytes -= bytes;
      this.#output.data(stream.id, 0, NOTHING, body.subarray(pending.sentBytes, pending.sentBytes + bytes));
      pending.sentBytes += bytes;
    }
    this.#pending.delete(stream.id);
    this.#headers(stream.id, Flag.END_STREAM, trailers);
    this.#onSent(stream);
  }

  #headers(streamId: number, flags: number, block: Uint8Array): void {
    if (this.#hasSentHeaders) {
      this.#output.headers(streamId, flags, block);
      return;
    }
    this.#hasSentHeaders = true;
    this.#output.headers(streamId, flags, Buffer.concat([Buffer.of(NO_DYNAMIC_TABLE), block]));
  }
}
