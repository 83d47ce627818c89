import type { Socket } from 'node:net';
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
    socket.on('data', (bytes: Buffer) => connection.read(bytes, performance.now()));
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
