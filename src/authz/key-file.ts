import { readFile } from 'node:fs/promises';

/** HMAC keys shorter than the hash's output weaken it (RFC 2104, section 3). */
const MIN_KEY_BYTES = 32;

/**
 * Reads a secret key from a file of hex digits.
 * @param path absolute
 * @param setting the configuration path that names the file, for the error
 * @returns the key's bytes, at least 32
 * @throws Error that says which setting, which file and what to do; never the content
 */
export async function readKeyFile(path: string | undefined, setting: string): Promise<Buffer> {
  const remedy = `write at least ${MIN_KEY_BYTES} random bytes in hex to a file (openssl rand -hex ${MIN_KEY_BYTES})`;
  if (path === undefined) throw new Error(`${setting} is not set: ${remedy} and name it there.`);
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new Error(`${setting} names ${path}, which cannot be read (${why}): ${remedy}.`);
  }
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) {
    throw new Error(`${setting} names ${path}, which does not hold hex digits in pairs: ${remedy}.`);
  }
  const key = Buffer.from(text, 'hex');
  if (key.length < MIN_KEY_BYTES) {
    throw new Error(`${setting} names ${path}, which holds only ${key.length} bytes: ${remedy}.`);
  }
  return key;
}
