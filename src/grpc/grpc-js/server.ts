import {
  type handleUnaryCall,
  logVerbosity,
  Server,
  type ServerUnaryCall,
  type sendUnaryData,
  setLogVerbosity,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { isSampled } from '../../trace-context/index.ts';
import { type BoundMethod, bindMethods, runMethod } from '../bound-method.ts';
import type { GrpcServer, GrpcServerOptions } from '../server-options.ts';
import { isNamed } from '../server-tls.ts';
import type { RunningCall } from '../service.ts';
import { Status, type StatusCode } from '../status.ts';
import { serverCredentials } from './credentials.ts';

// The library writes lines of its own to standard error; what it reports there also reaches us as an error.
setLogVerbosity(logVerbosity.NONE);

/**
 * @param isReflecting whether the server describes its services
 * @throws when the address cannot be bound
 */
export async function serveWithGrpcJs(
  options: GrpcServerOptions,
  isReflecting: boolean,
): Promise<GrpcServer> {
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
  for (const service of options.services) addMethods(server, bindMethods(service), options);
  if (isReflecting) (await import('./reflection.ts')).addReflection(server, options.services);
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

/** The library hands on bytes: messages are read and written in one place for all transports. */
function addMethods(server: Server, methods: BoundMethod[], { onError, tls }: GrpcServerOptions): void {
  const implementation: UntypedServiceImplementation = {};
  for (const method of methods) {
    const handle: handleUnaryCall<Buffer, Uint8Array> = (call, callback) => {
      const name = tls?.clientName;
      if (name !== undefined && !isNamed(call.getAuthContext().sslPeerCertificate, name)) {
        callback({ code: Status.UNAUTHENTICATED, details: 'the certificate is for somebody else' });
        return;
      }
      runMethod(method, call.request, new GrpcJsCall(call, callback), onError);
    };
    implementation[method.name] = handle;
  }
  const definitions = methods.map(({ name }) => [
    name,
    {
      path: `/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asBuffer,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: asBuffer,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  ]);
  server.addService(Object.fromEntries(definitions), implementation);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * The library reports every call as cancelled once it is answered, so only what comes before the answer counts. The
 * signal is made for a handler that asks for it: making and aborting one costs as much as the rest of a small call.
 */
class GrpcJsCall implements RunningCall {
  readonly #call: ServerUnaryCall<Buffer, Uint8Array>;
  readonly #answer: sendUnaryData<Uint8Array>;
  #abort: AbortController | undefined;
  #ended = false;

  constructor(call: ServerUnaryCall<Buffer, Uint8Array>, answer: sendUnaryData<Uint8Array>) {
    this.#call = call;
    this.#answer = answer;
  }

  metadata(name: string): string | undefined {
    return this.#call.metadata.get(name)[0]?.toString();
  }

  get isSampled(): boolean {
    return isSampled(this.metadata('traceparent'));
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

  succeed(message: Uint8Array): void {
    this.#ended = true;
    // The library sends it later.
    this.#answer(null, Uint8Array.from(message));
  }

  fail(code: StatusCode, details: string): void {
    this.#ended = true;
    this.#answer({ code, details });
  }

  gaveUpWith(error: unknown): boolean {
    return this.#abort?.signal.aborted === true && error === this.#abort.signal.reason;
  }
}
