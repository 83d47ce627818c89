/**
 * As much of HTTP/2 (RFC 9113) as a client needs that sends the same kind of unary gRPC call over and over: written
 * by hand, because a load generator on a library costs as much as what it measures.
 */

export const FRAME_HEADER_BYTES = 9;

export const FRAME = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const;
export const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;

/** RFC 9113 6.9.2: what a connection may send before it is told otherwise. */
export const INITIAL_WINDOW_BYTES = 65_535;
const MAX_WINDOW_BYTES = 2 ** 31 - 1;

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const SETTINGS = { headerTableSize: 1, enablePush: 2, initialWindowSize: 4 } as const;

/** What a client sends first; it lets the server send as much as it likes, and keeps no header table for its answers. */
export function connectionStart(): Buffer {
  const settings = Buffer.alloc(18);
  for (const [index, [id, value]] of [
    [SETTINGS.headerTableSize, 0],
    [SETTINGS.enablePush, 0],
    [SETTINGS.initialWindowSize, MAX_WINDOW_BYTES],
  ].entries()) {
    settings.writeUInt16BE(id as number, index * 6);
    settings.writeUInt32BE(value as number, index * 6 + 2);
  }
  const increment = Buffer.alloc(4);
  increment.writeUInt32BE(MAX_WINDOW_BYTES - INITIAL_WINDOW_BYTES);
  return Buffer.concat([
    PREFACE,
    frame(FRAME.settings, 0, 0, settings),
    frame(FRAME.windowUpdate, 0, 0, increment),
  ]);
}

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

/** Of the static table (RFC 7541, appendix A): `:method: POST` and `:scheme: http`. */
const METHOD_AND_SCHEME = Buffer.of(0x80 | 3, 0x80 | 6);
/** Where the dynamic table begins (RFC 7541 2.3.3). */
const DYNAMIC = 62;

/**
 * The header blocks of unary gRPC calls as a client with a table writes them: the first call's adds literals to the
 * table (RFC 7541 6.2.1), those after it refer to them (6.1).
 */
export function callHeaders(method: string): { first: Buffer; next: Buffer } {
  const fields = Object.entries({
    ':path': method,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const literals = fields.flatMap(([name, value]) => [Buffer.of(0x40), hpackText(name), hpackText(value)]);
  // The one that was added last has the lowest index.
  const indexes = fields.map((_, at) => 0x80 | (DYNAMIC + fields.length - 1 - at));
  return {
    first: Buffer.concat([METHOD_AND_SCHEME, ...literals]),
    next: Buffer.concat([METHOD_AND_SCHEME, Buffer.from(indexes)]),
  };
}

function hpackText(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 126) throw new RangeError(`expected at most 126 bytes, got ${bytes.length}`);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/** A gRPC message as HTTP/2 carries it: not compressed, after its length. */
export function grpcMessage(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(5 + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}
