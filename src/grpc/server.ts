import { fileURLToPath } from 'node:url';
import {
  type handleUnaryCall,
  logVerbosity,
  Server,
  type ServerUnaryCall,
  type ServiceDefinition,
  setLogVerbosity,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { HealthImplementation } from 'grpc-health-check';
import { type GrpcServerTls, isNamed, serverCredentials } from './server-tls.ts';

/** What a handler may know of a call besides its message. */
export interface UnaryCall {
  /** First value of a metadata entry, such as `traceparent`. */
  metadata(name: string): string | undefined;
  /** Aborted when the caller gave up or its deadline (grpc-timeout) passed. */
  signal: AbortSignal;
}

/**
 * From decoded request to response. A thrown error is answered with gRPC status INTERNAL and no detail. Once the signal
 * is aborted nobody waits for an answer: rejecting with the signal's reason then is no error.
 */
// biome-ignore lint/suspicious/noExplicitAny: the message's type is known to the service that registers the handler
export type UnaryHandler = (request: any, call: UnaryCall) => Promise<unknown>;

export interface UnaryService {
  /** Fully qualified, such as `envoy.service.auth.v3.Authorization`. */
  name: string;
  /** Path below protos/ of the file that defines it. */
  proto: string;
  methods: Record<string, UnaryHandler>;
}

export interface GrpcServerOptions {
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
  maxReceiveBytes: number;
  /** Called with what a handler threw. */
  onError(error: unknown, method: string): void;
}

export interface GrpcServer {
  port: number;
  /** Changes what grpc.health.v1 answers for the server and each service. */
  setServing(serving: boolean): void;
  /** Says NOT_SERVING, lets running calls finish, and cuts what is left after graceMs. */
  close(graceMs: number): Promise<void>;
}

// The library writes lines of its own to standard error; what it reports there also reaches us as an error.
setLogVerbosity(logVerbosity.NONE);

const PROTOS = fileURLToPath(new URL('../../protos', import.meta.url));

/**
 * Serves unary gRPC services, and grpc.health.v1 beside them. This function is all that the rest of Gatehouse
 * knows of the gRPC library, so that a faster transport can replace it.
 * Messages are plain objects with the field names of the .proto files; enums are strings, bytes are Buffers,
 * 64-bit integers are numbers; absent message fields are null, absent scalars have their default.
 * @throws when the address cannot be bound
 */
export async function serveUnary(options: GrpcServerOptions): Promise<GrpcServer> {
  const credentials = await serverCredentials(options.tls);
  const { maxConnectionAge: age } = options;
  const server = new Server({
    'grpc.max_receive_message_length': options.maxReceiveBytes,
    ...(age && { 'grpc.max_connection_age_ms': age.ms, 'grpc.max_connection_age_grace_ms': age.graceMs }),
  });
  const names = ['', ...options.services.map((service) => service.name), ...(options.healthNames ?? [])];
  const health = new HealthImplementation(
    Object.fromEntries(names.map((name) => [name, 'SERVING'] as const)),
  );
  health.addToServer(server);
  for (const service of options.services) {
    const definition = loadSync(service.proto, {
      includeDirs: [PROTOS],
      keepCase: true,
      longs: Number,
      enums: String,
      defaults: true,
      oneofs: true,
    })[service.name];
    if (definition === undefined) throw new Error(`${service.proto} does not define ${service.name}`);
    server.addService(definition as ServiceDefinition, implementation(service, options));
  }
  const port = await new Promise<number>((resolve, reject) => {
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    const address = options.socket === undefined ? `${host}:${options.port}` : `unix:${options.socket}`;
    server.bindAsync(address, credentials, (error, bound) => {
      if (error) reject(bindError(error));
      else resolve(options.socket === undefined ? bound : 0);
    });
  });
  const setServing = (serving: boolean) => {
    for (const name of names) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };
  return {
    port,
    setServing,
    async close(graceMs) {
      setServing(false);
      const cut = setTimeout(() => server.forceShutdown(), graceMs);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(cut);
    },
  };
}

/** The library wraps the system's own words, such as `listen EADDRINUSE: ...`, into a list of all attempts. */
function bindError(error: Error): Error {
  const reason = /errors: \[(.*)\]$/.exec(error.message)?.[1];
  return reason === undefined ? error : new Error(reason, { cause: error });
}

/**
 * The library reports every call as cancelled once it is answered, so only what comes before the answer counts. The
 * signal is made for a handler that asks for it: making and aborting one costs as much as the rest of a small call.
 */
class RunningCall implements UnaryCall {
  readonly #call: ServerUnaryCall<unknown, unknown>;
  #abort: AbortController | undefined;
  #ended = false;

  constructor(call: ServerUnaryCall<unknown, unknown>) {
    this.#call = call;
  }

  metadata(name: string): string | undefined {
    return this.#call.metadata.get(name)[0]?.toString();
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      if (this.#call.cancelled) abort.abort();
      else this.#call.on('cancelled', () => this.#ended || abort.abort());
    }
    return this.#abort.signal;
  }

  end(): void {
    this.#ended = true;
  }

  /** Whether a handler failed with the signal's own reason. */
  gaveUpWith(error: unknown): boolean {
    return this.#abort?.signal.aborted === true && error === this.#abort.signal.reason;
  }
}

function implementation(
  service: UnaryService,
  { onError, tls }: GrpcServerOptions,
): UntypedServiceImplementation {
  const unary = (name: string, handler: UnaryHandler): handleUnaryCall<unknown, unknown> => {
    const method = `${service.name}/${name}`;
    return (call, callback) => {
      if (
        tls?.clientName !== undefined &&
        !isNamed(call.getAuthContext().sslPeerCertificate, tls.clientName)
      ) {
        callback({ code: status.UNAUTHENTICATED, details: 'the certificate is for somebody else' });
        return;
      }
      const running = new RunningCall(call);
      handler(call.request, running).then(
        (response) => {
          running.end();
          callback(null, response);
        },
        (error: unknown) => {
          if (running.gaveUpWith(error)) {
            callback({ code: status.CANCELLED, details: 'the caller gave up' });
            return;
          }
          running.end();
          onError(error, method);
          callback({ code: status.INTERNAL, details: 'internal error' });
        },
      );
    };
  };
  return Object.fromEntries(
    Object.entries(service.methods).map(([name, handler]) => [name, unary(name, handler)]),
  );
}
