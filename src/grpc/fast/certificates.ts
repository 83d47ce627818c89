import type { TlsOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { type GrpcServerTls, readServerTls, type ServerPems } from '../server-tls.ts';

/** Certificates are short-lived. */
const REFRESH_MS = 10_000;

export interface ServerCertificates {
  current: TlsOptions;
  /** Reads the files again now and then, until `close`. What cannot be used changes nothing. */
  watch(onChange: (tls: TlsOptions) => void, onError: (error: unknown) => void): void;
  close(): void;
}

/** @throws an Error for people where a file cannot be read or does not hold what it should */
export async function serverCertificates(
  tls: GrpcServerTls | undefined,
): Promise<ServerCertificates | undefined> {
  if (tls === undefined) return undefined;
  let pems = await readServerTls(tls);
  let timer: NodeJS.Timeout | undefined;
  return {
    current: tlsOptions(pems),
    watch(onChange, onError) {
      timer = setInterval(async () => {
        try {
          const latest = await readServerTls(tls);
          if (isDeepStrictEqual(latest, pems)) return;
          pems = latest;
          onChange(tlsOptions(pems));
        } catch (error) {
          onError(error);
        }
      }, REFRESH_MS).unref();
    },
    close: () => clearInterval(timer),
  };
}

function tlsOptions({ cert, key, ca }: ServerPems): TlsOptions {
  return { cert, key, ...(ca && { ca, requestCert: true, rejectUnauthorized: true }) };
}
