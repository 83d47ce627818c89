import { readFile } from 'node:fs/promises';
import { checkServerIdentity, createSecureContext, type PeerCertificate } from 'node:tls';

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

/** What the files hold. */
export interface ServerPems {
  cert: Buffer;
  key: Buffer;
  ca: Buffer | undefined;
}

/** @throws an Error for people where a file cannot be read or does not hold what it should */
export async function readServerTls({ certFile, keyFile, clientCaFile }: GrpcServerTls): Promise<ServerPems> {
  const cert = await readPem(certFile);
  const key = await readPem(keyFile);
  const ca = clientCaFile === undefined ? undefined : await readPem(clientCaFile);
  try {
    createSecureContext({ cert, key, ca });
  } catch (error) {
    const files = [certFile, keyFile, clientCaFile].filter((file) => file !== undefined).join(', ');
    throw new Error(`${files} cannot be used for TLS: ${(error as Error).message}`);
  }
  return { cert, key, ca };
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
