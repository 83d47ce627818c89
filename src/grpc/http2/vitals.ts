import type { ConnectionDeadlines } from './limits.ts';

/** How a connection stands. */
export interface ConnectionState {
  /** Whether the peer's SETTINGS have come. */
  isEstablished: boolean;
  /** Whether a frame or a header block has begun to arrive and is not whole. */
  isWithinFrame: boolean;
  /** Goes up with each frame and header block that is whole. */
  framesRead: number;
  openStreams: number;
  /** Octets of answers for which no window is open. */
  pendingBytes: number;
}

/** What is to be done about a connection: ask the peer whether it is there, have it go, or cut it. */
export type Diagnosis = 'well' | 'ask' | 'idle' | { tooLate: string };

/** Watches how long a connection takes for things. All times are ms of the same monotonic clock. */
export class Vitals {
  readonly #deadlines: ConnectionDeadlines;
  readonly #openedMs: number;
  #lastReadMs: number;
  #lastCallMs: number;
  #askedMs: number | undefined;
  #unfinished: { sinceMs: number; framesRead: number } | undefined;
  #pending: { sinceMs: number; bytes: number } | undefined;

  constructor(deadlines: ConnectionDeadlines, nowMs: number) {
    this.#deadlines = deadlines;
    this.#openedMs = nowMs;
    this.#lastReadMs = nowMs;
    this.#lastCallMs = nowMs;
  }

  /** Something came from the peer. */
  heard(nowMs: number): void {
    this.#lastReadMs = nowMs;
    this.#askedMs = undefined;
  }

  /** To be called now and then. What is diagnosed is known to be done. */
  check(state: ConnectionState, nowMs: number): Diagnosis {
    const { handshakeMs, frameMs, stalledMs, keepaliveMs, keepaliveTimeoutMs, idleMs } = this.#deadlines;
    if (!state.isEstablished) {
      return nowMs - this.#openedMs > handshakeMs ? { tooLate: 'the connection does not begin' } : 'well';
    }
    this.#watchUnfinished(state, nowMs);
    if (nowMs - (this.#unfinished?.sinceMs ?? nowMs) > frameMs) return { tooLate: 'a frame does not end' };
    this.#watchPending(state, nowMs);
    if (nowMs - (this.#pending?.sinceMs ?? nowMs) > stalledMs) return { tooLate: 'an answer is not wanted' };
    if (this.#askedMs !== undefined) {
      const isSilent = nowMs - this.#askedMs > keepaliveTimeoutMs;
      return isSilent ? { tooLate: 'no answer to PING' } : 'well';
    }
    if (nowMs - this.#lastReadMs > keepaliveMs) {
      this.#askedMs = nowMs;
      return 'ask';
    }
    if (state.openStreams > 0) this.#lastCallMs = nowMs;
    if (nowMs - this.#lastCallMs <= idleMs) return 'well';
    this.#lastCallMs = nowMs;
    return 'idle';
  }

  #watchUnfinished({ isWithinFrame, framesRead }: ConnectionState, nowMs: number): void {
    if (!isWithinFrame) this.#unfinished = undefined;
    else if (this.#unfinished?.framesRead !== framesRead) this.#unfinished = { sinceMs: nowMs, framesRead };
  }

  #watchPending({ pendingBytes }: ConnectionState, nowMs: number): void {
    if (pendingBytes === 0) this.#pending = undefined;
    else if (this.#pending?.bytes !== pendingBytes) this.#pending = { sinceMs: nowMs, bytes: pendingBytes };
  }
}
