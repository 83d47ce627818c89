import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TlsFiles } from '../envoy/index.ts';

/** With less left than this at a start, a new certificate is made. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

export interface DevelopmentTlsFiles extends TlsFiles {
  /** The certificate of the authority, for clients to trust. */
  caFile: string;
}

/**
 * The development certificate's files in a folder; made where they are missing, about to expire, or do not
 * belong together.
 */
export async function ensureTlsFiles(folder: string, now: Date): Promise<DevelopmentTlsFiles> {
  const files = {
    certFile: join(folder, 'localhost.crt'),
    keyFile: join(folder, 'localhost.key'),
    caFile: join(folder, 'ca.crt'),
  };
  if (await areGood(files, now)) return files;
  // Loaded only when needed: the library takes longer to load than all of the rest of `up`.
  const { makeDevelopmentCertificate } = await import('./development-certificate.ts');
  await mkdir(folder, { recursive: true });
  const { ca, certificate, key } = await makeDevelopmentCertificate(now);
  await replace(files.keyFile, key, 0o600);
  await replace(files.certFile, certificate, 0o644);
  await replace(files.caFile, ca, 0o644);
  return files;
}

async function areGood({ certFile, keyFile, caFile }: DevelopmentTlsFiles, now: Date): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(certFile));
    const authority = new X509Certificate(await readFile(caFile));
    return (
      certificate.validToDate.getTime() - now.getTime() > RENEW_BEFORE_MS &&
      certificate.verify(authority.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(await readFile(keyFile)))
    );
  } catch {
    return false;
  }
}

async function replace(file: string, content: string, mode: number): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, content, { mode });
  await rename(draft, file);
}
