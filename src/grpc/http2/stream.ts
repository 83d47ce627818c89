import type { RequestHead } from './request-head.ts';

/** Who takes the request of a stream. Nothing is called after `closed`. */
export interface StreamReceiver {
  /** The next octets of the content, from start to end; they are the receiver's to keep. */
  data(bytes: Buffer, start: number, end: number): void;
  /** The request is whole. */
  end(): void;
  /** The stream ended before it was answered: either side reset it, or the connection is gone. */
  closed(): void;
}

/** Called for each request that is well-formed, with its stream; it may be answered at once. */
export type AcceptRequest = (stream: ServerStream, head: RequestHead) => StreamReceiver;

/** An answer as HTTP/2 carries it. */
export interface Answer {
  /** Header blocks, encoded. Without trailers the head is all of it. */
  head: Uint8Array;
  /** The content, in two parts so that none has to be copied. */
  prefix: Uint8Array;
  body: Uint8Array;
  trailers: Uint8Array;
}

/** What streams need of their connection. */
export interface StreamOwner {
  answer(stream: ServerStream, answer: Answer): void;
  refuse(stream: ServerStream, head: Uint8Array): void;
  settled(stream: ServerStream): void;
}

/** RFC 9113 5.1: a stream that is open or half-closed by its peer, with what flow control knows of it. */
export class ServerStream {
  readonly id: number;
  readonly openedMs: number;
  /** Of what the peer may still send, in octets. */
  receiveWindowBytes: number;
  /** Of what may still be sent; negative where the peer took windows back (RFC 9113 6.9.2). */
  sendWindowBytes: number;
  receiver: StreamReceiver | undefined;
  /** Whether the peer has not ended its request. */
  isReceiving = true;
  /** Whether the answer has not ended, and nobody has reset the stream. */
  isOpen = true;
  /** Whether its request is worked on, perhaps for longer than the stream is open. */
  isBusy = false;
  /** content-length less what has come. */
  contentBytesLeft: number | undefined;
  readonly #owner: StreamOwner;

  constructor(owner: StreamOwner, id: number, nowMs: number, windows: { receive: number; send: number }) {
    this.#owner = owner;
    this.id = id;
    this.openedMs = nowMs;
    this.receiveWindowBytes = windows.receive;
    this.sendWindowBytes = windows.send;
  }

  /** Sends an answer as far as windows are open, and the rest when they open. Of a stream that is closed it is dropped. */
  answer(answer: Answer): void {
    if (this.isOpen) this.#owner.answer(this, answer);
  }

  /** Sends an answer that is a header block alone. */
  refuse(head: Uint8Array): void {
    if (this.isOpen) this.#owner.refuse(this, head);
  }

  /** Until `settled` the stream counts as one of those that are open, whatever becomes of it. */
  busy(): void {
    this.isBusy = true;
  }

  settled(): void {
    if (!this.isBusy) return;
    this.isBusy = false;
    this.#owner.settled(this);
  }
}
