import { serveFast } from './fast/server.ts';
import { serveWithGrpcJs } from './grpc-js/server.ts';
import type { GrpcServer, GrpcServerOptions } from './server-options.ts';

/**
 * Serves unary gRPC services, and grpc.health.v1 beside them. This function is all that the rest of Gatehouse knows of
 * the transport.
 * @throws when the address cannot be bound
 */
export function serveUnary(options: GrpcServerOptions): Promise<GrpcServer> {
  return options.transport === 'fast' ? serveFast(options) : serveWithGrpcJs(options);
}
