import { readFile } from 'node:fs/promises';
import { checkServerIdentity, createSecureContext, type PeerCertificate } from 'node:tls';
import { experimental, ServerCredentials } from '@grpc/grpc-js';

/** Files are read again when they change: certificates are short-lived. */
export interface GrpcServerTls {
  /** PEM chain. */
  certFile: string;
  keyFile: string;
  /** PEM authorities; callers must show a certificate of one of them. */
  clientCaFile?: string | undefined;
  /** A DNS name or URI that a caller's certificate must be for. */
  clientName?: string | undefined;
}

const REFRESH_MS = 10_000;

/** @throws an Error for people where a file cannot be read or does not hold what it should */
export async function serverCredentials(tls: GrpcServerTls | undefined): Promise<ServerCredentials> {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certFile, keyFile, clientCaFile } = tls;
  await checkFiles(tls);
  const identity = new experimental.FileWatcherCertificateProvider({
    certificateFile: certFile,
    privateKeyFile: keyFile,
    refreshIntervalMs: REFRESH_MS,
  });
  const authorities =
    clientCaFile === undefined
      ? null
      : new experimental.FileWatcherCertificateProvider({
          caCertificateFile: clientCaFile,
          refreshIntervalMs: REFRESH_MS,
        });
  // Its parameters are named the other way round in 1.14.7, but the first is the server's own certificate.
  return experimental.createCertificateProviderServerCredentials(identity, authorities, authorities !== null);
}

/** The library says nothing of files that it cannot use. */
async function checkFiles({ certFile, keyFile, clientCaFile }: GrpcServerTls): Promise<void> {
  const cert = await readPem(certFile);
  const key = await readPem(keyFile);
  const ca = clientCaFile === undefined ? undefined : await readPem(clientCaFile);
  try {
    createSecureContext({ cert, key, ca });
  } catch (error) {
    const files = [certFile, keyFile, clientCaFile].filter((file) => file !== undefined).join(', ');
    throw new Error(`${files} cannot be used for TLS: ${(error as Error).message}`);
  }
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Whether a certificate is for a DNS name (RFC 9525) or a URI. */
export function isNamed(certificate: PeerCertificate | undefined, name: string): boolean {
  if (certificate === undefined) return false;
  if (certificate.subjectaltname?.split(', ').includes(`URI:${name}`)) return true;
  return checkServerIdentity(name, certificate) === undefined;
}
