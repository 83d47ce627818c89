import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createOnce } from './create-once.ts';
import { StartError } from './start-error.ts';

const SECRET_BYTES = 32;

/**
 * Makes a secret, 32 random bytes in hex, where there is none yet. One that is there stays: API keys at rest
 * are hashes under it.
 * @throws StartError secret_unusable when the file holds something else
 */
export async function ensureSecret(file: string): Promise<void> {
  if (await createOnce(file, `${randomBytes(SECRET_BYTES).toString('hex')}\n`, 0o600)) return;
  const text = (await readFile(file, 'utf8')).trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return;
  throw new StartError(
    'secret_unusable',
    `${file} does not hold 32 bytes in hex: put the right file back, or delete it to get a new one (what was made under the old one, such as API keys, stops working).`,
  );
}
