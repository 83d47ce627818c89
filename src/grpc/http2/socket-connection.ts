import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import { ServerConnection } from './connection.ts';
import type { ConnectionDeadlines, ConnectionLimits } from './limits.ts';
import type { AcceptRequest } from './stream.ts';

export interface SocketConnectionOptions {
  accept: AcceptRequest;
  limits: ConnectionLimits;
  deadlines: ConnectionDeadlines;
  maxAge: { ms: number; graceMs: number } | undefined;
  onError(error: unknown): void;
}

/** While so much waits to be read by the peer, nothing more is read from it. */
const MAX_UNREAD_BYTES = 256 * 1024;
/**
 * libuv reads from one socket as long as that is full, up to 32 times 64 KiB, before it looks at the next one: with 256 calls
 * in flight that were 20 ms for one peer, while the others waited. After so much work in one go it is their turn.
 */
const TURN_MS = 1;
/** Between two reads of one turn there is no more than the system call; a longer break is a turn of somebody else, or of nobody. */
const BREAK_MS = 0.1;
/** What libuv reads at once at most. Of less than that there is no more for now. */
const READ_BYTES = 65_536;
/** How long a connection that has ended is kept for the peer to read why. */
const LINGER_MS = 1000;
/** Connections of one moment do not all come back in one moment: gRPC has the same (A9). */
const AGE_JITTER = 0.1;

/** A connection and its socket. */
export class SocketConnection {
  readonly #socket: Socket;
  readonly #connection: ServerConnection;
  readonly #stalledMs: number;
  readonly #goAtMs: number;
  readonly #cutAtMs: number;
  #unreadSinceMs: number | undefined;
  #turnBeganMs = Number.NEGATIVE_INFINITY;
  #lastReadMs = Number.NEGATIVE_INFINITY;
  /** What is to be done once libuv looks at other sockets, too. */
  #afterTurn: NodeJS.Immediate | undefined;
  #endedMs: number | undefined;

  constructor(socket: Socket, { accept, limits, deadlines, maxAge, onError }: SocketConnectionOptions) {
    const nowMs = performance.now();
    this.#socket = socket;
    this.#stalledMs = deadlines.stalledMs;
    const jitter = 1 + AGE_JITTER * (2 * Math.random() - 1);
    this.#goAtMs = nowMs + (maxAge?.ms ?? Number.POSITIVE_INFINITY) * jitter;
    this.#cutAtMs = this.#goAtMs + (maxAge?.graceMs ?? 0);
    const connection = new ServerConnection({
      transport: { write: (bytes) => this.#write(bytes), end: () => this.#end() },
      ...{ accept, limits, deadlines, onError, nowMs },
    });
    this.#connection = connection;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('drain', () => {
      this.#unreadSinceMs = undefined;
      socket.resume();
    });
    socket.on('end', () => connection.lost());
    socket.on('close', () => connection.lost());
    // What went wrong with a socket is the peer's or the network's; it is followed by `close`.
    socket.on('error', () => {});
  }

  get openStreams(): number {
    return this.#connection.openStreams;
  }

  go(): void {
    this.#connection.go();
  }

  tick(nowMs: number): void {
    const isUnread = nowMs - (this.#unreadSinceMs ?? nowMs) > this.#stalledMs;
    const hasLingered = nowMs - (this.#endedMs ?? nowMs) > LINGER_MS;
    if (isUnread || hasLingered || nowMs > this.#cutAtMs) {
      this.#socket.destroy();
      return;
    }
    if (nowMs > this.#goAtMs) this.#connection.go();
    this.#connection.tick(nowMs);
  }

  #read(bytes: Buffer): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastReadMs > BREAK_MS) this.#turnBeganMs = nowMs;
    this.#connection.read(bytes, nowMs);
    this.#lastReadMs = performance.now();
    const isOver = this.#lastReadMs - this.#turnBeganMs > TURN_MS;
    // One write for all that is read at once costs the kernel half as much as one after each read.
    if (isOver || bytes.length < READ_BYTES) this.#connection.flush();
    else this.#afterTurn ??= setImmediate(() => this.#endTurn());
    if (isOver) this.#letOthersRead();
  }

  #letOthersRead(): void {
    this.#lastReadMs = Number.NEGATIVE_INFINITY;
    this.#socket.pause();
    this.#afterTurn ??= setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#afterTurn = undefined;
    this.#connection.flush();
    if (this.#unreadSinceMs === undefined) this.#socket.resume();
  }

  #write(bytes: Buffer): boolean {
    const socket = this.#socket;
    socket.write(bytes);
    const unreadBytes = socket.writableLength;
    if (unreadBytes > MAX_UNREAD_BYTES) {
      this.#unreadSinceMs ??= performance.now();
      socket.pause();
    }
    // What TLS does with the bytes after it has taken them is its own affair.
    return unreadBytes === 0 && !(socket instanceof TLSSocket);
  }

  #end(): void {
    this.#endedMs = performance.now();
    this.#socket.end();
  }
}
