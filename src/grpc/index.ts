export { type GrpcClientTls, type GrpcStream, messageReader, openStream } from './client.ts';
export {
  type GrpcServer,
  type GrpcServerOptions,
  serveUnary,
  type UnaryCall,
  type UnaryHandler,
  type UnaryService,
} from './server.ts';
export type { GrpcServerTls } from './server-tls.ts';
