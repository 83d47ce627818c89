import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import {
  CONNECTION_DEADLINES,
  CONNECTION_LIMITS,
  type ConnectionDeadlines,
  type ConnectionLimits,
} from './limits.ts';
import { SocketConnection } from './socket-connection.ts';
import type { AcceptRequest } from './stream.ts';

export interface Http2ServerOptions {
  /** A port or the path of a unix socket. */
  listen: { host: string; port: number } | { path: string };
  /** Absent: HTTP/2 with prior knowledge (RFC 9113 3.3). */
  tls?: TlsOptions | undefined;
  /** Called for each connection, with who takes its requests. */
  connected(socket: Socket | TLSSocket): AcceptRequest;
  /** How long a connection may last, and its calls after that. */
  maxAge?: { ms: number; graceMs: number } | undefined;
  limits?: Partial<ConnectionLimits> | undefined;
  deadlines?: Partial<ConnectionDeadlines> | undefined;
  /** Called with errors that are ours. */
  onError(error: unknown): void;
}

export interface Http2Server {
  /** 0 for a unix socket. */
  port: number;
  /** Certificates for handshakes from now on. */
  setSecureContext(tls: TlsOptions): void;
  /** Of the connections that are open: how many there are, and how many streams they have. */
  census(): { connections: number; streams: number };
  /** Takes no more connections, has those that are there end their calls, and cuts what is left after graceMs. */
  close(graceMs: number): Promise<void>;
}

const ALPN = 'h2';
const MAX_TICK_MS = 1000;
const TICKS_IN_A_DEADLINE = 4;

/** @throws when the address cannot be bound */
export async function serveHttp2(options: Http2ServerOptions): Promise<Http2Server> {
  const limits = { ...CONNECTION_LIMITS, ...options.limits };
  const deadlines = { ...CONNECTION_DEADLINES, ...options.deadlines };
  const sockets = new Set<Socket>();
  const connections = new Set<SocketConnection>();
  const { tls, maxAge, onError } = options;

  const established = (socket: Socket) => {
    // RFC 9113 3.2: over TLS both have to say that they speak HTTP/2.
    if (socket instanceof TLSSocket && socket.alpnProtocol !== ALPN) {
      socket.destroy();
      return;
    }
    const accept = options.connected(socket);
    const connection = new SocketConnection(socket, { accept, limits, deadlines, maxAge, onError });
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  };
  const secure = tls && secureServer(tls, deadlines);
  const server: Server = secure ?? createServer({ noDelay: true });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on(secure === undefined ? 'connection' : 'secureConnection', established);

  server.listen(options.listen);
  await once(server, 'listening');
  server.on('error', onError);
  const shortestMs = Math.min(...Object.values(deadlines), maxAge?.ms ?? MAX_TICK_MS);
  const ticking = setInterval(
    () => {
      const nowMs = performance.now();
      for (const connection of connections) connection.tick(nowMs);
    },
    Math.min(MAX_TICK_MS, Math.ceil(shortestMs / TICKS_IN_A_DEADLINE)),
  ).unref();

  return {
    port: 'path' in options.listen ? 0 : (server.address() as AddressInfo).port,
    setSecureContext: (context) => secure?.setSecureContext(context),
    census: () => ({
      connections: connections.size,
      streams: [...connections].reduce((sum, { openStreams }) => sum + openStreams, 0),
    }),
    async close(graceMs) {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.go();
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(cut);
      clearInterval(ticking);
    },
  };
}

/** RFC 9113 3.2, 9.2. */
function secureServer(tls: TlsOptions, { handshakeMs }: ConnectionDeadlines) {
  const server = createTlsServer({
    ...tls,
    ALPNProtocols: [ALPN],
    minVersion: 'TLSv1.2',
    handshakeTimeout: handshakeMs,
    noDelay: true,
  });
  // Whoever cannot agree on a connection has none.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
