import { parseTraceparent } from '../../trace-context/index.ts';
import { SPANS } from '../span-names.ts';
import type { Span, SpanAttributes, SpanStart } from './span.ts';
import { silentTracer, type Tracer } from './tracer.ts';

/** What a gRPC call brings along. */
interface Call {
  metadata(name: string): string | undefined;
  readonly isSampled: boolean;
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

const SERVER: SpanStart = { kind: 'server' };

/** What all spans of a method have that end alike: made once, and written once. */
interface Endings {
  succeeded: Readonly<SpanAttributes>;
  failed: Readonly<SpanAttributes>;
}

/**
 * Gives each call whose trace is recorded a span. It stands on the decision path: any other call costs it a look at one
 * octet of its metadata.
 */
export function tracedCall<Request, C extends Call, Response>(
  traced: TracedMethod<Response>,
  handler: Handler<Request, C, Response>,
): Handler<Request, C, Response> {
  if (traced.tracer === silentTracer) return handler;
  const { service, method } = traced;
  const name = SPANS.rpc(service, method);
  const rpc = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
  const endings = {
    succeeded: { ...rpc, 'rpc.grpc.status_code': OK },
    failed: { ...rpc, 'rpc.grpc.status_code': INTERNAL },
  };
  return (request, call) => {
    if (!call.isSampled) return handler(request, call);
    const parent = parseTraceparent(call.metadata('traceparent'));
    return recorded(traced.tracer.start(name, parent, SERVER), endings, traced, handler, request, call);
  };
}

function recorded<Request, C extends Call, Response>(
  span: Span,
  endings: Endings,
  { describe }: TracedMethod<Response>,
  handler: Handler<Request, C, Response>,
  request: Request,
  call: C,
): Response | Promise<Response> {
  const succeeded = (response: Response): Response => {
    const { attributes, error } = describe(response);
    span.set(attributes);
    span.end({ error, common: endings.succeeded });
    return response;
  };
  const failed = (error: unknown): never => {
    span.end({ error: error instanceof Error ? error.name : 'error', common: endings.failed });
    throw error;
  };
  try {
    const response = handler(request, call);
    return response instanceof Promise ? response.then(succeeded, failed) : succeeded(response);
  } catch (error) {
    return failed(error);
  }
}
