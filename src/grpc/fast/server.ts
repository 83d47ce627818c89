import { TLSSocket } from 'node:tls';
import { bindMethods } from '../bound-method.ts';
import type { ConnectionDeadlines, ConnectionLimits } from '../http2/limits.ts';
import { type Http2Server, serveHttp2 } from '../http2/server.ts';
import type { GrpcServer, GrpcServerOptions } from '../server-options.ts';
import { isNamed } from '../server-tls.ts';
import { Status } from '../status.ts';
import { acceptCall, refuse } from './accept.ts';
import type { CallContext } from './call.ts';
import { serverCertificates } from './certificates.ts';
import { Deadlines } from './deadlines.ts';
import { createHealth } from './health.ts';
import { ReceiveBudget } from './message-reader.ts';

/** What tests look at, and change. */
export interface FastServer extends GrpcServer {
  census: Http2Server['census'];
  /** Of messages that are on their way. */
  receiveBudget: ReceiveBudget;
}

export interface Tuning {
  limits?: Partial<ConnectionLimits>;
  deadlines?: Partial<ConnectionDeadlines>;
}

/** Messages that are on their way: so many of the largest ones, but no less than this. */
const LARGEST_AT_ONCE = 16;
const MIN_RECEIVE_BUDGET_BYTES = 64 * 1024 * 1024;

/** Serves unary calls alone. @throws when the address cannot be bound */
export async function serveFast(options: GrpcServerOptions, tuning: Tuning = {}): Promise<FastServer> {
  const { services, tls, maxReceiveBytes, onError } = options;
  const health = createHealth([...services.map(({ name }) => name), ...(options.healthNames ?? [])]);
  const own = bindMethods(health.service).map((method) => [`/${method.name}`, method] as const);
  const asked = services.flatMap(bindMethods).map((method) => [`/${method.name}`, method] as const);
  const methods = new Map([...asked, ...own]);
  const receiveBudget = new ReceiveBudget(
    Math.max(MIN_RECEIVE_BUDGET_BYTES, LARGEST_AT_ONCE * maxReceiveBytes),
  );
  const deadlines = new Deadlines();
  const context: CallContext = { maxReceiveBytes, budget: receiveBudget, deadlines, onError };
  const certificates = await serverCertificates(tls);
  const http2 = await serveHttp2({
    listen:
      options.socket === undefined ? { host: options.host, port: options.port } : { path: options.socket },
    tls: certificates?.current,
    maxAge: options.maxConnectionAge,
    ...tuning,
    onError: (error) => onError(error, 'the connection'),
    connected(socket) {
      const name = tls?.clientName;
      const isStranger =
        name !== undefined && socket instanceof TLSSocket && !isNamed(socket.getPeerCertificate(), name);
      return (stream, head) =>
        isStranger && !own.some(([path]) => path === head.path)
          ? refuse(stream, Status.UNAUTHENTICATED, 'the certificate is for somebody else')
          : acceptCall(stream, head, methods, context);
    },
  });
  certificates?.watch(http2.setSecureContext, (error) => onError(error, 'TLS'));
  return {
    port: http2.port,
    setServing: health.setServing,
    census: http2.census,
    receiveBudget,
    async close(graceMs) {
      health.setServing(false);
      certificates?.close();
      await http2.close(graceMs);
      deadlines.close();
    },
  };
}
