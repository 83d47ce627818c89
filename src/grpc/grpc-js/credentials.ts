import { experimental, ServerCredentials } from '@grpc/grpc-js';
import { type GrpcServerTls, readServerTls } from '../server-tls.ts';

const REFRESH_MS = 10_000;

/** @throws an Error for people where a file cannot be read or does not hold what it should */
export async function serverCredentials(tls: GrpcServerTls | undefined): Promise<ServerCredentials> {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certFile, keyFile, clientCaFile } = tls;
  // The library says nothing of files that it cannot use.
  await readServerTls(tls);
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
