export { type GrpcClientTls, type GrpcStream, messageReader, openStream } from './client.ts';
export { StreamingAddressError, serveUnary } from './server.ts';
export type { GrpcServer, GrpcServerOptions } from './server-options.ts';
export type { GrpcServerTls } from './server-tls.ts';
export type {
  MessageCodec,
  UnaryCall,
  UnaryHandler,
  UnaryMethod,
  UnaryService,
} from './service.ts';
