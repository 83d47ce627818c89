import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag } from './frame.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { HeaderList } from './request-head.ts';

export interface HeaderBlockLimits {
  maxHeaderListBytes: number;
  maxHeaderBlockBytes: number;
  maxContinuations: number;
}

/** A header block that goes on in CONTINUATION frames (RFC 9113 4.3). */
interface Unfinished {
  streamId: number;
  endsStream: boolean;
  parts: Buffer[];
  bytes: number;
}

/** Called with each header block that is whole. */
export type OnHeaders = (streamId: number, endsStream: boolean, headers: HeaderList) => void;

/** Puts header blocks together and decodes them, also those that nobody wants: the next ones refer to their fields. */
export class HeaderBlocks {
  readonly #decoder = new HpackDecoder();
  readonly #limits: HeaderBlockLimits;
  readonly #onHeaders: OnHeaders;
  #unfinished: Unfinished | undefined;

  constructor(limits: HeaderBlockLimits, onHeaders: OnHeaders) {
    this.#limits = limits;
    this.#onHeaders = onHeaders;
  }

  /** Whether nothing but CONTINUATION may come (RFC 9113 6.10). */
  get isWithinBlock(): boolean {
    return this.#unfinished !== undefined;
  }

  /** Of HEADERS, without padding and priority. */
  begin(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    const endsStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) {
      this.#decode(streamId, endsStream, bytes, start, end);
      return;
    }
    this.#unfinished = { streamId, endsStream, parts: [], bytes: 0 };
    this.#keep(this.#unfinished, bytes, start, end);
  }

  /** RFC 9113 6.10 */
  continue(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    const block = this.#unfinished;
    if (block === undefined || block.streamId !== streamId) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'CONTINUATION of nothing');
    }
    this.#keep(block, bytes, start, end);
    if ((flags & Flag.END_HEADERS) === 0) return;
    this.#unfinished = undefined;
    this.#decode(streamId, block.endsStream, Buffer.concat(block.parts), 0, block.bytes);
  }

  #keep(block: Unfinished, bytes: Buffer, start: number, end: number): void {
    block.parts.push(Buffer.from(bytes.subarray(start, end)));
    block.bytes += end - start;
    // The first part is that of HEADERS.
    const isLong =
      block.bytes > this.#limits.maxHeaderBlockBytes ||
      block.parts.length > this.#limits.maxContinuations + 1;
    if (isLong) throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'a header block is too long');
  }

  #decode(streamId: number, endsStream: boolean, bytes: Buffer, start: number, end: number): void {
    const headers = new HeaderList(this.#limits.maxHeaderListBytes);
    this.#decoder.decode(bytes, start, end, headers);
    this.#onHeaders(streamId, endsStream, headers);
  }
}
