/** Text that was hidden in another, and where in that other it stood. */
export interface Decoded {
  text: string;
  /** UTF-16 units. */
  position: number;
}

/** Finds what a text holds in one encoding; nothing where that is too little to say anything. Linear in its length. */
export type Decoder = (text: string) => Decoded[];

/** Shorter texts cannot hold an instruction. */
export const MIN_DECODED_CHARACTERS = 8;

const MIN_PRINTABLE_SHARE = 0.9;

/** Whether decoded bytes are text, and not what any word decodes to. */
export function isReadable(text: string): boolean {
  if (text.length < MIN_DECODED_CHARACTERS) return false;
  let printable = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13 || code === 9 || (code >= 32 && code !== 127 && code !== 0xfffd))
      printable += 1;
  }
  return printable >= text.length * MIN_PRINTABLE_SHARE;
}
