import { OpenStreams } from './open-streams.ts';
import type { ServerStream } from './stream.ts';

/** Why a stream is closed: frames that were on their way then are ignored if this side reset it (RFC 9113 5.1). */
export type Closing = 'ended' | 'reset-here';

/** Of more than these nobody remembers how they were closed. */
const REMEMBERED = 256;

/** The streams of a connection, and the last ones that were closed. */
export class StreamTable {
  readonly #open = new OpenStreams();
  /** A ring: streams by number, negative where this side reset them. */
  readonly #closed = new Int32Array(REMEMBERED);
  #nextClosed = 0;
  /** Streams that are closed and whose work is not done. */
  #abandoned = 0;
  /** RFC 9113 5.1.1: streams have ascending numbers. */
  lastId = 0;

  get openCount(): number {
    return this.#open.size;
  }

  /** Those that count for the limit. */
  get occupiedCount(): number {
    return this.#open.size + this.#abandoned;
  }

  /** Those that are open now; they may be closed meanwhile. */
  open(): ServerStream[] {
    return this.#open.all();
  }

  get(id: number): ServerStream | undefined {
    return this.#open.get(id);
  }

  add(stream: ServerStream): void {
    this.#open.add(stream);
  }

  /** Takes a stream out that is open. */
  close(stream: ServerStream, closing: Closing): void {
    stream.isOpen = false;
    this.#open.delete(stream.id);
    if (stream.isBusy) this.#abandoned += 1;
    this.remember(stream.id, closing);
  }

  /** For one that never was open, too. */
  remember(id: number, closing: Closing): void {
    this.#closed[this.#nextClosed] = closing === 'ended' ? id : -id;
    this.#nextClosed = (this.#nextClosed + 1) % REMEMBERED;
  }

  settled(stream: ServerStream): void {
    if (!stream.isOpen) this.#abandoned -= 1;
  }

  /** @returns undefined where it is not known, as of streams that were skipped (RFC 9113 5.1.1) */
  closingOf(id: number): Closing | undefined {
    if (this.#closed.includes(-id)) return 'reset-here';
    return this.#closed.includes(id) ? 'ended' : undefined;
  }
}
