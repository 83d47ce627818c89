import type { Budgets } from './budget.ts';
import type { ConnectionLife } from './connection-life.ts';
import { ErrorCode } from './error-code.ts';
import type { ConnectionLimits } from './limits.ts';
import type { Output } from './output.ts';
import type { Sender } from './sender.ts';
import type { ServerStream } from './stream.ts';
import type { Closing, StreamTable } from './stream-table.ts';

export interface StreamEndingsOptions {
  life: ConnectionLife;
  streams: StreamTable;
  sender: Sender;
  output: Output;
  limits: ConnectionLimits;
  budgets: Budgets;
}

/** How streams come to be closed (RFC 9113 5.1): answered, reset by either side, or with their connection. */
export class StreamEndings {
  readonly #life: ConnectionLife;
  readonly #streams: StreamTable;
  readonly #sender: Sender;
  readonly #output: Output;
  readonly #quickResetMs: number;
  readonly #budgets: Budgets;

  constructor({ life, streams, sender, output, limits, budgets }: StreamEndingsOptions) {
    this.#life = life;
    this.#streams = streams;
    this.#sender = sender;
    this.#output = output;
    this.#quickResetMs = limits.quickResetMs;
    this.#budgets = budgets;
  }

  /** The answer is sent; RFC 9113 8.1: of a request that nobody waited for, the rest is not wanted. */
  answered(stream: ServerStream): void {
    if (stream.isReceiving) this.#output.rstStream(stream.id, ErrorCode.NO_ERROR);
    this.#close(stream, stream.isReceiving ? 'reset-here' : 'ended');
    this.#budgets.earn();
  }

  /** The peer has reset it (RFC 9113 6.4). */
  resetByPeer(stream: ServerStream): void {
    // Made for CVE-2023-44487: what is opened and reset at once costs the peer nothing, and this side a call.
    if (this.#life.nowMs - stream.openedMs < this.#quickResetMs) this.#budgets.spendCall();
    this.abandon(stream);
  }

  /** Ends a stream that is open without a word: nobody waits for its answer. */
  abandon(stream: ServerStream): void {
    this.#close(stream, 'ended');
    stream.receiver?.closed();
  }

  /** Resets streams whose requests have not arrived since then. */
  cancelOlderThan(openedMs: number): void {
    for (const stream of this.#streams.open()) {
      if (stream.isReceiving && stream.openedMs < openedMs) this.#reset(stream, ErrorCode.CANCEL);
    }
  }

  /**
   * What the peer did wrong on a stream that is open (RFC 9113 5.4.2). CVE-2025-8671: a peer that has this side reset its
   * streams is no better than one that resets them itself.
   */
  error(stream: ServerStream, code: ErrorCode): void {
    this.#budgets.spendCall();
    this.#reset(stream, code);
  }

  /** The same of a stream that is not open. */
  errorWithoutStream(streamId: number, code: ErrorCode): void {
    this.#budgets.spendCall();
    this.#output.rstStream(streamId, code);
    this.#streams.remember(streamId, 'reset-here');
  }

  #reset(stream: ServerStream, code: ErrorCode): void {
    this.#output.rstStream(stream.id, code);
    this.#close(stream, 'reset-here');
    stream.receiver?.closed();
  }

  #close(stream: ServerStream, closing: Closing): void {
    this.#sender.drop(stream);
    this.#streams.close(stream, closing);
  }
}
