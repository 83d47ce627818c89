import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { renderClientAuthorities } from './client-certificates.ts';
import { renderEnvoy, type TlsFiles } from './render.ts';

/**
 * Writes what Envoy starts with into a folder: envoy.yaml, and beside it what Envoy is to read again whenever it changes.
 * @param folder absolute, and the same where Envoy runs
 * @returns the file that Envoy is started with
 */
export async function writeEnvoyFiles(folder: string, config: Config, tls: TlsFiles): Promise<string> {
  const { mtls } = config.identity;
  const clientAuthoritiesFile = join(folder, 'client-authorities.yaml');
  const configFile = join(folder, 'envoy.yaml');
  if (mtls !== undefined) await writeFile(clientAuthoritiesFile, await renderClientAuthorities(mtls));
  await writeFile(configFile, await renderEnvoy(config, tls, { clientAuthoritiesFile }), { mode: 0o600 });
  return configFile;
}
