import { isSampled, parseTraceparent } from '../../trace-context/index.ts';
import { SPANS } from '../span-names.ts';
import type { Span, SpanAttributes, SpanStart } from './span.ts';
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

// google.rpc.Code
const OK = 0;
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
  const { service, method } = traced;
  const name = SPANS.rpc(service, method);
  const start: SpanStart = {
    kind: 'server',
    common: { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method },
  };
  return (request, call) => {
    const traceparent = call.metadata('traceparent');
    return isSampled(traceparent)
      ? recorded(
          traced.tracer.start(name, parseTraceparent(traceparent), start),
          traced,
          handler,
          request,
          call,
        )
      : handler(request, call);
  };
}

function recorded<Request, C extends Call, Response>(
  span: Span,
  { describe }: TracedMethod<Response>,
  handler: Handler<Request, C, Response>,
  request: Request,
  call: C,
): Response | Promise<Response> {
  const succeeded = (response: Response): Response => {
    const { attributes, error } = describe(response);
    // All at once: to add to attributes that there are costs as much as to write them.
    span.set({ 'rpc.grpc.status_code': OK, ...attributes });
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
