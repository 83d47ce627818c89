import { serveFast } from './fast/server.ts';
import type { GrpcServer, GrpcServerOptions } from './server-options.ts';

/**
 * Serves unary gRPC services, and grpc.health.v1 beside them. This function is all that the rest of Gatehouse knows of
 * the transport.
 * @throws when an address cannot be bound
 */
export async function serveUnary(options: GrpcServerOptions): Promise<GrpcServer> {
  const server = await (options.transport === 'grpc-js' ? serveByLibrary(options) : serveFast(options));
  if (options.healthWatch === undefined) return server;
  try {
    return withWatch(server, await serveHealth(options, options.healthWatch));
  } catch (error) {
    await server.close(0);
    throw error;
  }
}

/** The library is loaded where it is wanted: it takes 10 MB. */
async function serveByLibrary(options: GrpcServerOptions): Promise<GrpcServer> {
  return (await import('./grpc-js/server.ts')).serveWithGrpcJs(options);
}

/** Health alone, by the library, which can stream. */
function serveHealth(
  options: GrpcServerOptions,
  address: { host: string; port: number },
): Promise<GrpcServer> {
  const healthNames = [...options.services.map(({ name }) => name), ...(options.healthNames ?? [])];
  return serveByLibrary({ ...options, ...address, socket: undefined, services: [], healthNames });
}

function withWatch(server: GrpcServer, health: GrpcServer): GrpcServer {
  return {
    port: server.port,
    healthWatchPort: health.port,
    setServing(serving) {
      server.setServing(serving);
      health.setServing(serving);
    },
    async close(graceMs) {
      await Promise.all([server.close(graceMs), health.close(graceMs)]);
    },
  };
}
