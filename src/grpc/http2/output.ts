import { Buffer } from 'node:buffer';
import type { ErrorCode } from './error-code.ts';
import { Flag, FRAME_HEADER_BYTES, FrameType } from './frame.ts';
import { putUint16, putUint24, putUint32 } from './octets.ts';
import { SETTING_BYTES } from './settings.ts';

const FIRST_BYTES = 2048;
/** A buffer that grew beyond this is not kept. */
const KEPT_BYTES = 65_536;

/** Frames that wait to be written, all of them with one write. */
export class Output {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /**
   * Hands what there is to `write`, and is empty then.
   * @param write says whether it has no more use for the bytes; else they are left to it
   */
  flush(write: (bytes: Buffer) => boolean): void {
    const bytes = this.#bytes;
    const isFree = write(bytes.subarray(0, this.#length));
    this.#length = 0;
    if (!isFree || bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /** RFC 9113 6.2, with END_HEADERS. @param flags further ones */
  headers(streamId: number, flags: number, block: Uint8Array): void {
    const at = this.#frame(FrameType.HEADERS, flags | Flag.END_HEADERS, streamId, block.length);
    copyBlock(block, this.#bytes, at);
  }

  /** RFC 9113 6.1. @param prefix goes before the bytes */
  data(streamId: number, flags: number, prefix: Uint8Array, bytes: Uint8Array): void {
    const at = this.#frame(FrameType.DATA, flags, streamId, prefix.length + bytes.length);
    copyBlock(prefix, this.#bytes, at);
    this.#bytes.set(bytes, at + prefix.length);
  }

  /** RFC 9113 6.4 */
  rstStream(streamId: number, code: ErrorCode): void {
    const at = this.#frame(FrameType.RST_STREAM, 0, streamId, 4);
    putUint32(this.#bytes, at, code);
  }

  /** RFC 9113 6.5.1 */
  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    let at = this.#frame(FrameType.SETTINGS, 0, 0, settings.length * SETTING_BYTES);
    for (const [id, value] of settings) {
      putUint16(this.#bytes, at, id);
      putUint32(this.#bytes, at + 2, value);
      at += SETTING_BYTES;
    }
  }

  settingsAck(): void {
    this.#frame(FrameType.SETTINGS, Flag.ACK, 0, 0);
  }

  /** RFC 9113 6.7. @param payload eight octets */
  ping(flags: number, payload: Uint8Array): void {
    const at = this.#frame(FrameType.PING, flags, 0, 8);
    this.#bytes.set(payload, at);
  }

  /** RFC 9113 6.8. @param text for whoever looks into the peer */
  goAway(lastStreamId: number, code: ErrorCode, text: string): void {
    const debug = Buffer.from(text);
    const at = this.#frame(FrameType.GOAWAY, 0, 0, 8 + debug.length);
    putUint32(this.#bytes, at, lastStreamId);
    putUint32(this.#bytes, at + 4, code);
    this.#bytes.set(debug, at + 8);
  }

  /** RFC 9113 6.9 */
  windowUpdate(streamId: number, increment: number): void {
    const at = this.#frame(FrameType.WINDOW_UPDATE, 0, streamId, 4);
    putUint32(this.#bytes, at, increment);
  }

  /** RFC 9113 4.1. @returns where the payload goes, for which there is room; the buffer may be another one then */
  #frame(type: number, flags: number, streamId: number, length: number): number {
    const at = this.#length;
    const end = at + FRAME_HEADER_BYTES + length;
    if (end > this.#bytes.length) this.#grow(end);
    const bytes = this.#bytes;
    putUint24(bytes, at, length);
    bytes[at + 3] = type;
    bytes[at + 4] = flags;
    putUint32(bytes, at + 5, streamId);
    this.#length = end;
    return at + FRAME_HEADER_BYTES;
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** A call out of JavaScript costs as much as so many octets copied one by one; the header blocks of answers are shorter. */
const SHORT_BYTES = 32;

function copyBlock(from: Uint8Array, to: Uint8Array, at: number): void {
  if (from.length > SHORT_BYTES) to.set(from, at);
  else for (let index = 0; index < from.length; index += 1) to[at + index] = from[index] as number;
}
