/**
 * Short texts of which each character is one byte, such as digests, as bytes. A call out of JavaScript for each of them costs as
 * much as the loop over half a hundred characters.
 */

/** @returns where the text ends */
export function writeLatin1(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** Whether the bytes from there on are those of a text. */
export function isLatin1At(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
