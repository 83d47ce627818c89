import { encodeHeaderBlock } from '../http2/hpack/encoder.ts';
import { putUint32 } from '../http2/octets.ts';
import type { Answer } from '../http2/stream.ts';
import { Status, type StatusCode } from '../status.ts';
import { PREFIX_BYTES } from './message-reader.ts';

const CONTENT_TYPE = ['content-type', 'application/grpc'] as const;
const HEAD = encodeHeaderBlock([[':status', '200'], CONTENT_TYPE]);
const OK_TRAILERS = encodeHeaderBlock([['grpc-status', String(Status.OK)]]);

/** Longer texts are cut: a header block has to fit a frame, and nobody reads more. */
const MAX_DETAILS_CHARACTERS = 1000;

/** Of the message that is being answered: it is sent before the next one is. */
const ok: Answer = {
  ...{ head: HEAD, prefix: new Uint8Array(PREFIX_BYTES), body: new Uint8Array(), trailers: OK_TRAILERS },
};

/** An answer with one message, which is not compressed, and status OK. To be sent at once: there is one for all. */
export function okAnswer(message: Uint8Array): Answer {
  putUint32(ok.prefix, 1, message.length);
  ok.body = message;
  return ok;
}

/** Trailers-Only. */
export function failureHead(code: StatusCode, details: string): Uint8Array {
  return encodeHeaderBlock([
    [':status', '200'],
    CONTENT_TYPE,
    ['grpc-status', String(code)],
    ['grpc-message', percentEncode(details.slice(0, MAX_DETAILS_CHARACTERS))],
    // Tells a client whose compression is not known here what is; it may be said at any time.
    ...(code === Status.UNIMPLEMENTED ? [ACCEPTED_ENCODINGS] : []),
  ]);
}

const ACCEPTED_ENCODINGS = ['grpc-accept-encoding', 'identity,gzip'] as const;

/** What is no gRPC request is answered as HTTP has it. */
export function httpHead(status: 405 | 415): Uint8Array {
  return encodeHeaderBlock([
    [':status', String(status)],
    ...(status === 405 ? [['allow', 'POST'] as const] : []),
  ]);
}

/** gRPC over HTTP/2, Status-Message: octets of UTF-8 other than printable ASCII, and percent signs, are encoded. */
export function percentEncode(text: string): string {
  return text.replace(/[^ -$&-~]+/g, (part) =>
    Array.from(Buffer.from(part), (octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}
