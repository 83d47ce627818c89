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

/** What a client sends first; it lets the server send as much as it likes, and refers to no header table. */
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

/** The header block of a unary gRPC call: literals that are not indexed (RFC 7541 6.2.2), without Huffman coding. */
export function callHeaders(method: string): Buffer {
  const fields = {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': method,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.of(0), hpackText(name), hpackText(value)]),
  );
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
