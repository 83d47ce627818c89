import type { Allowance } from './budget.ts';

/** What one connection may take of a server. */
export interface ConnectionLimits {
  /** RFC 9113 5.1.2. A stream counts until its work is done, also where the peer has long reset it. */
  maxConcurrentStreams: number;
  /** RFC 9113 6.5.2, SETTINGS_MAX_HEADER_LIST_SIZE. What is over it is refused, and not kept. */
  maxHeaderListBytes: number;
  /** Of one header block as it arrives, all its CONTINUATION frames together. */
  maxHeaderBlockBytes: number;
  maxContinuations: number;
  /** Of a stream's request, and of all of a connection's together, that may be on their way (RFC 9113 5.2). */
  streamWindowBytes: number;
  connectionWindowBytes: number;
  /** Of answers that wait for the peer to open its windows. */
  maxPendingBytes: number;
  /** Frames that make this side work or answer beyond a call: PING, SETTINGS, quick resets, errors of streams. */
  calls: Allowance;
  /** Frames that carry nothing: empty DATA, PRIORITY, WINDOW_UPDATE and unknown ones. */
  idle: Allowance;
  /** A stream that lived for less when its peer reset it was reset quickly. */
  quickResetMs: number;
}

/**
 * Envoy and the gRPC libraries stay far below. For comparison: nghttp2 takes 1000 resets at once and 33 a second; Go
 * allows 250 streams and four times as many that wait for their handlers.
 */
export const CONNECTION_LIMITS: ConnectionLimits = {
  maxConcurrentStreams: 1024,
  maxHeaderListBytes: 32 * 1024,
  maxHeaderBlockBytes: 64 * 1024,
  maxContinuations: 16,
  streamWindowBytes: 256 * 1024,
  connectionWindowBytes: 1024 * 1024,
  maxPendingBytes: 16 * 1024 * 1024,
  calls: { burst: 1000, perSecond: 100 },
  idle: { burst: 10_000, perSecond: 1000 },
  quickResetMs: 20,
};

/** How long things may take, in ms. */
export interface ConnectionDeadlines {
  /** From the connection's first octet to its SETTINGS, TLS included. */
  handshakeMs: number;
  /** For a frame or a header block that has begun to arrive. */
  frameMs: number;
  /** For a request that has begun to arrive. */
  requestMs: number;
  /** How long an answer waits for a window to open, or octets for the peer to read them. */
  stalledMs: number;
  /** After so long without anything from the peer it is asked whether it is there, and has so long to answer. */
  keepaliveMs: number;
  keepaliveTimeoutMs: number;
  /** A connection without calls for so long is closed. */
  idleMs: number;
}

/** Envoy's own: it closes connections that it has not used for an hour, before this side does. */
export const CONNECTION_DEADLINES: ConnectionDeadlines = {
  handshakeMs: 10_000,
  frameMs: 20_000,
  requestMs: 60_000,
  stalledMs: 30_000,
  keepaliveMs: 60_000,
  keepaliveTimeoutMs: 20_000,
  idleMs: 2 * 3_600_000,
};
