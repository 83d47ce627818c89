import { serveFast } from './fast/server.ts';
import type { GrpcServer, GrpcServerOptions } from './server-options.ts';

/** The address of what streams cannot be used. */
export class StreamingAddressError extends Error {
  override readonly name = 'StreamingAddressError';
}

/**
 * Serves unary gRPC services, and grpc.health.v1 beside them; what streams has an address of its own. This function is all
 * that the rest of Gatehouse knows of the transport.
 * @throws when an address cannot be bound; StreamingAddressError where it is that of what streams
 */
export async function serveUnary(options: GrpcServerOptions): Promise<GrpcServer> {
  const server = await (options.transport === 'grpc-js' ? serveByLibrary(options) : serveFast(options));
  if (options.streaming === undefined) return server;
  try {
    return together(server, await serveStreaming(options, options.streaming));
  } catch (error) {
    await server.close(0);
    throw error;
  }
}

/** The library is loaded where it is wanted: it takes 10 MB. */
async function serveByLibrary(options: GrpcServerOptions, isReflecting = false): Promise<GrpcServer> {
  return (await import('./grpc-js/server.ts')).serveWithGrpcJs(options, isReflecting);
}

async function serveStreaming(
  options: GrpcServerOptions,
  { host, port }: { host: string; port: number },
): Promise<GrpcServer> {
  try {
    return await serveByLibrary({ ...options, host, port, socket: undefined }, true);
  } catch (error) {
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    throw new StreamingAddressError(`${address} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function together(server: GrpcServer, streaming: GrpcServer): GrpcServer {
  return {
    port: server.port,
    streamingPort: streaming.port,
    setServing(serving) {
      server.setServing(serving);
      streaming.setServing(serving);
    },
    async close(graceMs) {
      await Promise.all([server.close(graceMs), streaming.close(graceMs)]);
    },
  };
}
