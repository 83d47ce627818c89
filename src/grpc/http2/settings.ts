import { ConnectionError, ErrorCode } from './error-code.ts';
import { MAX_FRAME_BYTES } from './frame.ts';
import type { ConnectionLimits } from './limits.ts';
import { uint16, uint32 } from './octets.ts';

/** RFC 9113 6.5.2. */
export const Setting = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

/** RFC 9113 6.5.1: an identifier and a value. */
export const SETTING_BYTES = 6;

/** RFC 9113 6.9.2 */
export const DEFAULT_WINDOW_BYTES = 65_535;
/** RFC 9113 6.9.1 */
export const MAX_WINDOW_BYTES = 2 ** 31 - 1;

/** What this side says of itself, before anything has come (RFC 9113 3.4). */
export function ownSettings(limits: ConnectionLimits): (readonly [id: number, value: number])[] {
  return [
    [Setting.MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams],
    [Setting.INITIAL_WINDOW_SIZE, limits.streamWindowBytes],
    [Setting.MAX_HEADER_LIST_SIZE, limits.maxHeaderListBytes],
  ];
}

/**
 * What a peer's SETTINGS change here: of all it may say only how much it takes on a new stream. Header blocks go out
 * without a dynamic table, and frames no longer than every endpoint takes.
 * @returns SETTINGS_INITIAL_WINDOW_SIZE, where it is there
 * @throws ConnectionError where a value is none
 */
export function readSettings(bytes: Buffer, start: number, end: number): number | undefined {
  let initialWindowBytes: number | undefined;
  for (let at = start; at < end; at += SETTING_BYTES) {
    const value = uint32(bytes, at + 2);
    switch (uint16(bytes, at)) {
      case Setting.ENABLE_PUSH:
        if (value > 1) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'ENABLE_PUSH is neither 0 nor 1');
        break;
      case Setting.INITIAL_WINDOW_SIZE:
        if (value > MAX_WINDOW_BYTES) {
          throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'INITIAL_WINDOW_SIZE is too large');
        }
        initialWindowBytes = value;
        break;
      case Setting.MAX_FRAME_SIZE:
        if (value < MAX_FRAME_BYTES || value >= 2 ** 24) {
          throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'MAX_FRAME_SIZE is out of its range');
        }
        break;
      // 6.5.2: what is not known is ignored.
    }
  }
  return initialWindowBytes;
}
