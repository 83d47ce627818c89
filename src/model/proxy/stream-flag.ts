const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LETTER_T = 0x74;
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);

const NAME = Buffer.from('stream');

/** Finds out whether a request asks for a stream while its body goes by. */
export interface StreamFlag {
  push(chunk: Uint8Array): void;
  /** Whether the JSON object seen so far has `"stream": true` at its top level. */
  value(): boolean;
}

/**
 * Follows strings and nesting only: what is not valid JSON gives some answer, never an error. The flag decides
 * nothing but which deadline applies.
 */
export function createStreamFlag(): StreamFlag {
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** Bytes of NAME that the last text at the top level has matched; -1 once it differs. */
  let matched = -1;
  let awaitsValue = false;
  let found = false;

  function inText(byte: number): void {
    if (escaped) escaped = false;
    else if (byte === BACKSLASH) escaped = true;
    else if (byte === QUOTE) {
      inString = false;
      return;
    }
    matched = matched >= 0 && byte === NAME[matched] ? matched + 1 : -1;
  }

  function betweenTexts(byte: number): void {
    if (awaitsValue && !SPACES.has(byte)) {
      found = byte === LETTER_T;
      awaitsValue = false;
    }
    if (byte === QUOTE) {
      inString = true;
      matched = depth === 1 ? 0 : -1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
    else if (byte === COLON) awaitsValue = matched === NAME.length;
  }

  return {
    push(chunk) {
      for (const byte of chunk) {
        if (inString) inText(byte);
        else betweenTexts(byte);
      }
    },
    value: () => found,
  };
}
