import { UnusableKeySet } from './verification-key.ts';

export type SecretEncoding = 'text' | 'hex' | 'base64url';

/** A secret of the right length can still be one character, or `abababab`. */
const MIN_DISTINCT_BYTES = 8;

const FORMS: Record<Exclude<SecretEncoding, 'text'>, RegExp> = {
  hex: /^(?:[0-9a-fA-F]{2})+$/,
  base64url: /^[A-Za-z0-9_-]+$/,
};

/**
 * The bytes of a secret from its file.
 * @throws UnusableKeySet when it is not written as it should be, or can be guessed
 */
export function decodeSecret(file: Buffer, encoding: SecretEncoding): Buffer {
  const secret = encoding === 'text' ? withoutLineBreak(file) : decoded(file.toString().trim(), encoding);
  if (new Set(secret).size < MIN_DISTINCT_BYTES) {
    throw new UnusableKeySet('it repeats a few characters and can be guessed');
  }
  return secret;
}

function decoded(text: string, encoding: 'hex' | 'base64url'): Buffer {
  if (!FORMS[encoding].test(text)) throw new UnusableKeySet(`it is not ${encoding} (see secretEncoding)`);
  return Buffer.from(text, encoding);
}

/** Editors and `echo` put one there. */
function withoutLineBreak(file: Buffer): Buffer {
  const text = file.toString('latin1');
  return file.subarray(0, text.replace(/\r?\n$/, '').length);
}
