import { ConnectionError, ErrorCode } from './error-code.ts';
import { PREFACE } from './frame.ts';

/** Reads what a client's connection begins with (RFC 9113 3.4), in however many pieces it comes. */
export class PrefaceReader {
  #readBytes = 0;

  get isWhole(): boolean {
    return this.#readBytes === PREFACE.length;
  }

  /** @returns what comes after the preface @throws ConnectionError where it is another one */
  read(bytes: Buffer): Buffer {
    const expected = PREFACE.subarray(this.#readBytes, this.#readBytes + bytes.length);
    if (!bytes.subarray(0, expected.length).equals(expected)) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'this is a server for HTTP/2');
    }
    this.#readBytes += expected.length;
    return bytes.subarray(expected.length);
  }
}
