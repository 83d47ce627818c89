import { Buffer } from 'node:buffer';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from './frame.ts';
import { uint24, uint31 } from './octets.ts';

export interface FrameSink {
  /** The payload is what lies from start to end of the bytes, which are the sink's to keep. */
  frame(type: number, flags: number, streamId: number, bytes: Buffer, start: number, end: number): void;
}

/** Cuts what a connection reads into frames (RFC 9113 4.1), however it arrives. Holds one unfinished frame at most. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  #headerBytes = 0;
  /** Of the frame whose header is whole and whose payload is not. */
  #payload: Buffer | undefined;
  #payloadBytes = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Whether a frame has begun to arrive that is not whole yet. */
  get isWithinFrame(): boolean {
    return this.#headerBytes > 0;
  }

  /** @throws ConnectionError where a frame is longer than allowed; whatever the sink throws */
  read(bytes: Buffer): void {
    let at = this.isWithinFrame ? this.#continue(bytes, 0) : 0;
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const start = at + FRAME_HEADER_BYTES;
      const end = start + payloadBytes(bytes, at);
      if (end > bytes.length) break;
      this.#sink.frame(
        bytes[at + 3] as number,
        bytes[at + 4] as number,
        uint31(bytes, at + 5),
        bytes,
        start,
        end,
      );
      at = end;
    }
    if (at < bytes.length) this.#continue(bytes, at);
  }

  /** Adds to the unfinished frame. @returns where the bytes that are no part of it begin */
  #continue(bytes: Buffer, from: number): number {
    const header = this.#header;
    let at = from;
    if (this.#headerBytes < FRAME_HEADER_BYTES) {
      const taken = bytes.copy(header, this.#headerBytes, at);
      this.#headerBytes += taken;
      at += taken;
      if (this.#headerBytes < FRAME_HEADER_BYTES) return at;
    }
    this.#payload ??= Buffer.allocUnsafe(payloadBytes(header, 0));
    const payload = this.#payload;
    const taken = bytes.copy(payload, this.#payloadBytes, at);
    this.#payloadBytes += taken;
    at += taken;
    if (this.#payloadBytes < payload.length) return at;
    this.#headerBytes = 0;
    this.#payload = undefined;
    this.#payloadBytes = 0;
    this.#sink.frame(header[3] as number, header[4] as number, uint31(header, 5), payload, 0, payload.length);
    return at;
  }
}

/** RFC 9113 4.2. */
function payloadBytes(header: Buffer, at: number): number {
  const length = uint24(header, at);
  if (length > MAX_FRAME_BYTES) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'a frame is too long');
  return length;
}
