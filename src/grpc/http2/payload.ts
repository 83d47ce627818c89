import { ConnectionError, ErrorCode } from './error-code.ts';
import { Flag } from './frame.ts';
import { uint31 } from './octets.ts';

/** RFC 9113 6.1, 6.2. @returns where a payload ends that may be padded; it then begins one octet later */
export function endWithoutPadding(flags: number, bytes: Buffer, start: number, end: number): number {
  if ((flags & Flag.PADDED) === 0) return end;
  if (start === end)
    throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'a padded frame without its padding');
  const unpadded = end - (bytes[start] as number);
  if (unpadded <= start)
    throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'padding is longer than its frame');
  return unpadded;
}

export function startOfContent(flags: number, start: number): number {
  return (flags & Flag.PADDED) === 0 ? start : start + 1;
}

/** RFC 9113 6.2: stream dependency and weight, which are deprecated. */
export const PRIORITY_BYTES = 5;

/** RFC 7540 5.3.1, which RFC 9113 does not repeat: no stream depends on itself. */
export function dependsOnItself(streamId: number, bytes: Buffer, start: number): boolean {
  return uint31(bytes, start) === streamId;
}

export function expectLength(bytes: number, start: number, end: number): void {
  if (end - start !== bytes)
    throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'a frame has the wrong length');
}
