import { ConnectionError, ErrorCode } from './error-code.ts';
import type { ConnectionLimits } from './limits.ts';
import type { Output } from './output.ts';
import type { ServerStream } from './stream.ts';

/**
 * How much content the peer may send (RFC 9113 5.2, 6.9). Content is read at once, so a window is opened again as soon as
 * half of it is used, and not for less.
 */
export class ReceiveWindows {
  readonly #output: Output;
  readonly #connectionWindowBytes: number;
  readonly #streamWindowBytes: number;
  #leftBytes: number;

  constructor(output: Output, { connectionWindowBytes, streamWindowBytes }: ConnectionLimits) {
    this.#output = output;
    this.#connectionWindowBytes = connectionWindowBytes;
    this.#streamWindowBytes = streamWindowBytes;
    this.#leftBytes = connectionWindowBytes;
  }

  /**
   * RFC 9113 6.9: a whole DATA frame counts, also what is padding, and one that is ignored.
   * @throws ConnectionError where it is more than the connection takes; of the stream the caller sees it
   */
  count(stream: ServerStream | undefined, bytes: number): void {
    this.#leftBytes -= bytes;
    if (this.#leftBytes < 0) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'more content than the connection takes');
    }
    if (this.#leftBytes < this.#connectionWindowBytes / 2) {
      this.#output.windowUpdate(0, this.#connectionWindowBytes - this.#leftBytes);
      this.#leftBytes = this.#connectionWindowBytes;
    }
    if (stream !== undefined) stream.receiveWindowBytes -= bytes;
  }

  /** For more of a request that has not ended. */
  reopen(stream: ServerStream): void {
    const windowBytes = this.#streamWindowBytes;
    if (!stream.isOpen || stream.receiveWindowBytes >= windowBytes / 2) return;
    this.#output.windowUpdate(stream.id, windowBytes - stream.receiveWindowBytes);
    stream.receiveWindowBytes = windowBytes;
  }
}
