import type { ConnectionLife } from './connection-life.ts';
import { ErrorCode } from './error-code.ts';
import type { Output } from './output.ts';
import type { StreamTable } from './stream-table.ts';

export interface GracefulShutdownOptions {
  life: ConnectionLife;
  streams: StreamTable;
  output: Output;
  /** Called when the peer knows that it shall go, and has its answers. */
  onDone(): void;
}

/** Payload of the PING whose answer says that the peer has read GOAWAY. */
const IS_GOING = Buffer.from('is going');
/** How long a peer that shall go has to say that it knows. */
const GOING_MS = 1000;
/** RFC 9113 6.8: of a GOAWAY that takes all streams yet. */
const MAX_STREAM_ID = 2 ** 31 - 1;

/**
 * Ends a connection without losing a call (RFC 9113 6.8), in two steps: the peer is told to open no more streams, and
 * those that were on their way meanwhile are taken; once it knows, no more are.
 */
export class GracefulShutdown {
  readonly #life: ConnectionLife;
  readonly #streams: StreamTable;
  readonly #output: Output;
  readonly #onDone: () => void;
  #goingSinceMs: number | undefined;
  #isGone = false;

  constructor({ life, streams, output, onDone }: GracefulShutdownOptions) {
    this.#life = life;
    this.#streams = streams;
    this.#output = output;
    this.#onDone = onDone;
  }

  /** Whether streams that the peer opens are not taken any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** The first step. */
  begin(): void {
    if (this.#goingSinceMs !== undefined) return;
    this.#goingSinceMs = this.#life.nowMs;
    this.#output.goAway(MAX_STREAM_ID, ErrorCode.NO_ERROR, '');
    this.#output.ping(0, IS_GOING);
  }

  /** The peer has answered a PING. */
  pingAnswered(payload: Buffer): void {
    if (this.#goingSinceMs !== undefined && IS_GOING.equals(payload)) this.#leave();
  }

  /** The peer goes by itself: it opens no more streams, and those that are open are answered. */
  peerGoes(): void {
    this.#goingSinceMs ??= this.#life.nowMs;
    this.#leave();
  }

  /** For a peer that does not answer, and for streams that ended without an answer. */
  tick(): void {
    if (this.#goingSinceMs !== undefined && this.#life.nowMs - this.#goingSinceMs > GOING_MS) this.#leave();
    this.endIfDone();
  }

  /** To be called when a stream has ended. */
  endIfDone(): void {
    if (this.#isGone && this.#streams.openCount === 0) this.#onDone();
  }

  /** The second step. */
  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#output.goAway(this.#streams.lastId, ErrorCode.NO_ERROR, '');
    this.endIfDone();
  }
}
