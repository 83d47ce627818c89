import { isSampled, parseTraceparent } from '../../trace-context/index.ts';
import { SPANS } from '../span-names.ts';
import type { SpanAttributes } from './span.ts';
import { silentTracer, type Tracer } from './tracer.ts';

/** What a gRPC call brings along. */
interface Call {
  metadata(name: string): string | undefined;
}

type Handler<Request, C extends Call, Response> = (request: Request, call: C) => Response | Promise<Response>;

export interface TracedMethod<Response> {
  tracer: Tracer;
  service: string;
  method: string;
  /** What there is to say of an answer, and of one that is an error. */
  describe(response: Response): { attributes: SpanAttributes; error?: string };
}

/** google.rpc.Code */
const INTERNAL = 13;

/**
 * Gives each call whose trace is recorded a span. It stands on the decision path: any other call costs it a look at one
 * character of its metadata.
 */
export function tracedCall<Request, C extends Call, Response>(
  traced: TracedMethod<Response>,
  handler: Handler<Request, C, Response>,
): Handler<Request, C, Response> {
  if (traced.tracer === silentTracer) return handler;
  return (request, call) => {
    const traceparent = call.metadata('traceparent');
    return isSampled(traceparent)
      ? recorded(traced, handler, request, call, traceparent)
      : handler(request, call);
  };
}

function recorded<Request, C extends Call, Response>(
  { tracer, service, method, describe }: TracedMethod<Response>,
  handler: Handler<Request, C, Response>,
  request: Request,
  call: C,
  traceparent: string,
): Response | Promise<Response> {
  const named = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
  const span = tracer.start(SPANS.rpc(service, method), parseTraceparent(traceparent), {
    kind: 'server',
    attributes: named,
  });
  const succeeded = (response: Response): Response => {
    const { attributes, error } = describe(response);
    span.set({ 'rpc.grpc.status_code': 0, ...attributes });
    span.end({ error });
    return response;
  };
  const failed = (error: unknown): never => {
    span.set({ 'rpc.grpc.status_code': INTERNAL });
    span.end({ error: error instanceof Error ? error.name : 'error' });
    throw error;
  };
  try {
    const response = handler(request, call);
    return response instanceof Promise ? response.then(succeeded, failed) : succeeded(response);
  } catch (error) {
    return failed(error);
  }
}
