import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { ensureSecret } from './secrets.ts';
import { StartError } from './start-error.ts';

type Oidc = NonNullable<Config['identity']['oidc']>;

/**
 * What a provider that decodes as RFC 6749, section 2.3.1, says would read as something else. Seen with Envoy 1.40: in a
 * body `a%41b` arrives as `aAb`, and for HTTP Basic nothing is encoded.
 */
const UNSENDABLE = { body: /%/, basic: /[%+]/ };

/** Names the secret of browsers' cookies where the configuration does not, and makes it where it is missing. */
export async function ensureCookieSecret(oidc: Oidc, folder: string): Promise<Oidc> {
  if (oidc.cookieSecretFile !== undefined) return oidc;
  const cookieSecretFile = join(folder, 'login-cookie.key');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await ensureSecret(cookieSecretFile);
  return { ...oidc, cookieSecretFile };
}

/**
 * Gives Envoy a copy of the client's secret without the line break that most editors put at the end, and that Envoy
 * would send along.
 * @throws StartError secret_unusable when it cannot be read, is empty, or cannot be sent
 */
export async function copyClientSecret(oidc: Oidc, folder: string): Promise<Oidc> {
  const setting = `identity.oidc.clientSecretFile ${oidc.clientSecretFile}`;
  const text = await readFile(oidc.clientSecretFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StartError('secret_unusable', `${setting} cannot be read (${error.code}).`);
  });
  const secret = text.replace(/[\r\n]+$/, '');
  if (secret === '') throw new StartError('secret_unusable', `${setting} is empty.`);
  const unsendable = UNSENDABLE[oidc.clientAuthentication].exec(secret)?.[0];
  if (unsendable !== undefined) {
    const message = `${setting} has a ${unsendable}, which Envoy does not encode: have another secret made.`;
    throw new StartError('secret_unusable', message);
  }
  const clientSecretFile = join(folder, 'login-client.secret');
  await writeFile(clientSecretFile, secret, { mode: 0o600 });
  return { ...oidc, clientSecretFile };
}
