export {
  type GrpcServer,
  type GrpcServerOptions,
  serveUnary,
  type UnaryCall,
  type UnaryHandler,
  type UnaryService,
} from './server.ts';
