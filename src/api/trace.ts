import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  epochMs,
  parseTraceparent,
  SPANS,
  type Span,
  type TraceContext,
  type Tracer,
} from '../telemetry/index.ts';

const spans = new WeakMap<FastifyRequest, Span>();
/** When the last of an answer was there: that it is sent is heard of later than the client has it. */
const givenMs = new WeakMap<FastifyRequest, number>();

/** Gives each request that has Envoy's trace context a span, from its headers until the connection has the whole answer. */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { method, headers, id } = request;
    const { traceparent } = headers;
    const parent = parseTraceparent(typeof traceparent === 'string' ? traceparent : undefined);
    if (parent !== undefined) {
      const route = request.routeOptions.url;
      const span = tracer.start(SPANS.http(method, route), parent, {
        kind: 'server',
        attributes: { 'http.request.method': method, 'http.route': route, 'gatehouse.request_id': id },
      });
      spans.set(request, span);
      if (parent.sampled) {
        reply.raw.once('close', () => {
          const { statusCode } = reply.raw;
          span.set({ 'http.response.status_code': statusCode });
          span.end({
            error: statusCode >= 500 ? String(statusCode) : undefined,
            endMs: givenMs.get(request),
          });
        });
      }
    }
    done();
  });
  app.addHook('onSend', (request, _reply, payload, done) => {
    const given = () => {
      if (!givenMs.has(request)) givenMs.set(request, epochMs());
    };
    if (payload instanceof Readable) for (const event of ['end', 'close']) payload.once(event, given);
    else given();
    done(null, payload);
  });
}

/** The parent of what is done for a request; undefined where it has no trace. */
export function traceOf(request: FastifyRequest): TraceContext | undefined {
  return spans.get(request)?.context;
}
