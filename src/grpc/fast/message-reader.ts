import { Buffer } from 'node:buffer';
import { uint32 } from '../http2/octets.ts';
import { StatusError } from '../service.ts';
import { Status } from '../status.ts';

/** gRPC over HTTP/2, Length-Prefixed-Message: whether the message is compressed, and its length. */
export const PREFIX_BYTES = 5;

/** What messages that are on their way may take up in one server, all together. */
export class ReceiveBudget {
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  get leftBytes(): number {
    return this.#leftBytes;
  }

  take(bytes: number): void {
    if (bytes > this.#leftBytes) {
      throw new StatusError(Status.RESOURCE_EXHAUSTED, 'too many messages are on their way');
    }
    this.#leftBytes -= bytes;
  }

  give(bytes: number): void {
    this.#leftBytes += bytes;
  }
}

const FIRST_BYTES = 256;

/**
 * Puts the one message of a unary request together. Takes no more memory than twice what has come, whatever the prefix
 * says, and none where a message is whole in one piece.
 */
export class MessageReader {
  readonly #maxBytes: number;
  readonly #budget: ReceiveBudget;
  /** A message that came in one piece, without its prefix. */
  #whole: Buffer | undefined;
  #isCompressed = false;
  /** Of one that did not: the prefix and what has come of the message. */
  #bytes: Buffer | undefined;
  #length = 0;

  constructor(maxBytes: number, budget: ReceiveBudget) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
  }

  /** @throws StatusError where the message is too large, or followed by something */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.#whole !== undefined) throw severalMessages();
    if (this.#length === 0 && end - start >= PREFIX_BYTES && end - start === this.#wholeBytes(bytes, start)) {
      this.#isCompressed = bytes[start] === 1;
      this.#whole = bytes.subarray(start + PREFIX_BYTES, end);
      return;
    }
    const length = this.#length + end - start;
    const own = this.#reserve(length);
    bytes.copy(own, this.#length, start, end);
    this.#length = length;
    if (length >= PREFIX_BYTES && length > this.#wholeBytes(own, 0)) throw severalMessages();
  }

  /** @throws StatusError where the message is not there or not whole */
  message(): Buffer {
    if (this.#whole !== undefined) return this.#whole;
    const bytes = this.#bytes;
    if (bytes === undefined || this.#length < PREFIX_BYTES || this.#length < this.#wholeBytes(bytes, 0)) {
      throw new StatusError(Status.INTERNAL, 'the request ends before its message');
    }
    this.#isCompressed = bytes[0] === 1;
    return bytes.subarray(PREFIX_BYTES, this.#length);
  }

  /** Of the message that was asked for. */
  get isCompressed(): boolean {
    return this.#isCompressed;
  }

  /** Gives back what it takes of the budget: the message is whole, or nobody wants it. */
  release(): void {
    if (this.#bytes !== undefined) this.#budget.give(this.#bytes.length);
    this.#bytes = undefined;
    this.#whole = undefined;
  }

  /** @returns the length of the message and its prefix, which is there */
  #wholeBytes(bytes: Buffer, start: number): number {
    const messageBytes = uint32(bytes, start + 1);
    if (messageBytes > this.#maxBytes) {
      const text = `a message of ${messageBytes} bytes, where at most ${this.#maxBytes} are taken`;
      throw new StatusError(Status.RESOURCE_EXHAUSTED, text);
    }
    if ((bytes[start] as number) > 1) {
      throw new StatusError(Status.INTERNAL, 'a message is neither compressed nor not compressed');
    }
    return PREFIX_BYTES + messageBytes;
  }

  /** Room for so much of the message. */
  #reserve(length: number): Buffer {
    const before = this.#bytes;
    if (before !== undefined && before.length >= length) return before;
    const capacity = Math.max(FIRST_BYTES, 2 * length);
    this.#budget.take(capacity - (before?.length ?? 0));
    const larger = Buffer.allocUnsafeSlow(capacity);
    before?.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
    return larger;
  }
}

function severalMessages(): StatusError {
  return new StatusError(Status.INTERNAL, 'a unary request has one message');
}
