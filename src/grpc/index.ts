export { type GrpcClientTls, type GrpcStream, messageReader, openStream } from './client.ts';
export { KnownTexts } from './protobuf/known-texts.ts';
export { MessageReader } from './protobuf/reader.ts';
export { bytesTag, doubleTag, varintTag } from './protobuf/wire-type.ts';
export { MessageWriter } from './protobuf/writer.ts';
export { serveUnary } from './server.ts';
export type { GrpcServer, GrpcServerOptions } from './server-options.ts';
export type { GrpcServerTls } from './server-tls.ts';
export {
  type MessageCodec,
  MessageError,
  type UnaryCall,
  type UnaryHandler,
  type UnaryMethod,
  type UnaryService,
} from './service.ts';
