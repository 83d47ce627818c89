import type { Budgets } from './budget.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag } from './frame.ts';
import type { GracefulShutdown } from './graceful-shutdown.ts';
import { uint31 } from './octets.ts';
import type { Output } from './output.ts';
import { expectLength } from './payload.ts';
import type { Sender } from './sender.ts';
import { readSettings, SETTING_BYTES } from './settings.ts';
import type { StreamTable } from './stream-table.ts';

export interface ConnectionFramesOptions {
  streams: StreamTable;
  sender: Sender;
  output: Output;
  budgets: Budgets;
  shutdown: GracefulShutdown;
}

/** The frames of stream 0, which are about the connection as a whole: SETTINGS, PING, GOAWAY and its WINDOW_UPDATE. */
export class ConnectionFrames {
  readonly #streams: StreamTable;
  readonly #sender: Sender;
  readonly #output: Output;
  readonly #budgets: Budgets;
  readonly #shutdown: GracefulShutdown;
  #hasSettings = false;

  constructor({ streams, sender, output, budgets, shutdown }: ConnectionFramesOptions) {
    this.#streams = streams;
    this.#sender = sender;
    this.#output = output;
    this.#budgets = budgets;
    this.#shutdown = shutdown;
  }

  /** Whether the peer's SETTINGS have come, which complete its preface (RFC 9113 3.4). */
  get hasSettings(): boolean {
    return this.#hasSettings;
  }

  /** RFC 9113 6.5 */
  settings(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectConnection(streamId);
    if ((flags & Flag.ACK) !== 0) {
      expectLength(0, start, end);
      return;
    }
    if ((end - start) % SETTING_BYTES !== 0) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'SETTINGS are cut off');
    }
    this.#budgets.spendCall();
    const initialWindowBytes = readSettings(bytes, start, end);
    this.#hasSettings = true;
    // 6.5.3
    this.#output.settingsAck();
    if (initialWindowBytes !== undefined) this.#sender.resize(initialWindowBytes, this.#streams.open());
  }

  /** RFC 9113 6.7 */
  ping(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    expectConnection(streamId);
    expectLength(8, start, end);
    const payload = bytes.subarray(start, end);
    if ((flags & Flag.ACK) !== 0) {
      this.#shutdown.pingAnswered(payload);
      return;
    }
    this.#budgets.spendCall();
    this.#output.ping(Flag.ACK, payload);
  }

  /** RFC 9113 6.8 */
  goAway(streamId: number, start: number, end: number): void {
    expectConnection(streamId);
    if (end - start < 8) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'GOAWAY is cut off');
    this.#shutdown.peerGoes();
  }

  /** RFC 9113 6.9, of stream 0. */
  windowUpdate(bytes: Buffer, start: number): void {
    const increment = uint31(bytes, start);
    if (increment === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE of nothing');
    this.#sender.widen(increment);
  }
}

function expectConnection(streamId: number): void {
  if (streamId === 0) return;
  throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a frame of the connection on a stream');
}
