import { readFile } from 'node:fs/promises';
import { AuthzError } from './errors.ts';

/** HMAC keys shorter than the hash's output weaken it (RFC 2104, section 3). */
const MIN_KEY_BYTES = 32;

/**
 * Reads a secret key from a file of hex digits.
 * @param path absolute
 * @param setting the configuration path that names the file, for the error
 * @returns the key's bytes, at least 32
 * @throws AuthzError invalid_key_file that says which setting, which file and what to do; never the content
 */
export async function readKeyFile(path: string | undefined, setting: string): Promise<Buffer> {
  if (path === undefined) throw unusable(`${setting} is not set`);
  const named = `${setting} names ${path}, which`;
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw unusable(`${named} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) throw unusable(`${named} does not hold hex digits in pairs`);
  const key = Buffer.from(text, 'hex');
  if (key.length < MIN_KEY_BYTES) throw unusable(`${named} holds only ${key.length} bytes`);
  return key;
}

function unusable(problem: string): AuthzError {
  return new AuthzError(
    'invalid_key_file',
    `${problem}: write ${MIN_KEY_BYTES} random bytes in hex to a file ('openssl rand -hex ${MIN_KEY_BYTES}' makes them) and name it there.`,
  );
}
