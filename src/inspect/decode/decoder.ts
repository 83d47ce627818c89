/** How a text was hidden in another. */
export type Disguise =
  | 'base64'
  | 'concatenation'
  | 'escapes'
  | 'hex'
  | 'html-entities'
  | 'leetspeak'
  | 'lookalikes'
  | 'percent'
  | 'reversed'
  | 'rot13'
  | 'spaced-letters'
  | 'split-words'
  | 'tag-characters';

/** Text that was hidden in another, and where in that other it stood; all positions count UTF-16 units. */
export interface Decoded {
  text: string;
  /** From the first unit of what holds it to after the last one. */
  start: number;
  end: number;
  /** What in the other a unit of the text stands for. */
  originOf: (position: number) => Span;
}

/** From the first UTF-16 unit to after the last one. */
export interface Span {
  start: number;
  end: number;
}

/** The origin of a unit where each unit stands for one. */
export function oneUnit(position: number): Span {
  return { start: position, end: position + 1 };
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
