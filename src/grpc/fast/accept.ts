import type { BoundMethod } from '../bound-method.ts';
import type { RequestHead } from '../http2/request-head.ts';
import type { ServerStream, StreamReceiver } from '../http2/stream.ts';
import { Status, type StatusCode } from '../status.ts';
import { failureHead, httpHead } from './answer.ts';
import { type CallContext, FastCall } from './call.ts';
import { parseTimeoutMs } from './timeout.ts';

/** Takes nothing more of a request that is refused. */
const REFUSED: StreamReceiver = { data() {}, end() {}, closed() {} };

/** gRPC over HTTP/2, Content-Type. */
const CONTENT_TYPE = /^application\/grpc(?:$|[+;])/;

/** From a request to the call that it is. @param methods by path, such as `/grpc.health.v1.Health/Check` */
export function acceptCall(
  stream: ServerStream,
  head: RequestHead,
  methods: ReadonlyMap<string, BoundMethod>,
  context: CallContext,
): StreamReceiver {
  const { headers } = head;
  if (headers.isTooLarge) return refuse(stream, Status.RESOURCE_EXHAUSTED, 'the metadata is too large');
  if (head.method !== 'POST') return refuseHttp(stream, 405);
  const contentType = headers.get('content-type') ?? '';
  if (contentType !== 'application/grpc' && !CONTENT_TYPE.test(contentType)) return refuseHttp(stream, 415);
  const method = methods.get(head.path);
  if (method === undefined) return refuse(stream, Status.UNIMPLEMENTED, 'there is no such method here');
  const timeout = headers.get('grpc-timeout');
  const timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : parseTimeoutMs(timeout);
  if (timeoutMs === undefined) return refuse(stream, Status.INTERNAL, 'grpc-timeout is none');
  return new FastCall(stream, head, method, timeoutMs, context);
}

export function refuse(stream: ServerStream, code: StatusCode, details: string): StreamReceiver {
  stream.refuse(failureHead(code, details));
  return REFUSED;
}

function refuseHttp(stream: ServerStream, status: 405 | 415): StreamReceiver {
  stream.refuse(httpHead(status));
  return REFUSED;
}
