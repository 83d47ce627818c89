import type { GrpcServerTls } from './server-tls.ts';
import type { UnaryService } from './service.ts';

/** How gRPC is spoken: by this project's own server, or by the library. */
export type GrpcTransport = 'fast' | 'grpc-js';

export interface GrpcServerOptions {
  /** Absent: fast. */
  transport?: GrpcTransport | undefined;
  services: readonly UnaryService[];
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** A unix socket to listen on in place of host and port; its port is 0. */
  socket?: string | undefined;
  /** Absent: no TLS. */
  tls?: GrpcServerTls | undefined;
  /** How long a connection may last, and its calls after that; callers then come back, also to other processes. */
  maxConnectionAge?: { ms: number; graceMs: number };
  /** Further names that grpc.health.v1 knows. */
  healthNames?: readonly string[];
  /**
   * Where the same is served by the library, with what streams beside it: grpc.health.v1 Watch and grpc.reflection.
   * Port 0 picks a free one. Absent: nowhere.
   */
  streaming?: { host: string; port: number } | undefined;
  maxReceiveBytes: number;
  /** Called with what a handler threw. */
  onError(error: unknown, method: string): void;
}

export interface GrpcServer {
  port: number;
  /** Of what streams, where it is served. */
  streamingPort?: number;
  /** Changes what grpc.health.v1 answers for the server and each service. */
  setServing(serving: boolean): void;
  /** Says NOT_SERVING, lets running calls finish, and cuts what is left after graceMs. */
  close(graceMs: number): Promise<void>;
}
