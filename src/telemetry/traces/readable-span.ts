import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TraceContext } from '../../trace-context/index.ts';
import { INSTRUMENTATION_SCOPE } from './scope.ts';
import type { EndedSpan } from './span.ts';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};
const SCOPE = { name: INSTRUMENTATION_SCOPE };

/** Spans as OpenTelemetry's exporters take them. @param resource attributes of the process */
export function readableSpans(
  resource: Readonly<Record<string, string>>,
): (spans: readonly EndedSpan[]) => ReadableSpan[] {
  const shared = resourceFromAttributes(resource);
  return (spans) => spans.map((span) => readableSpan(span, shared));
}

function readableSpan(span: EndedSpan, resource: Resource): ReadableSpan {
  const { name, kind, context, parentSpanId, startMs, endMs, common, attributes, links, error } = span;
  const own = spanContext(context);
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => own,
    parentSpanContext: { ...own, spanId: parentSpanId },
    startTime: hrTime(startMs),
    endTime: hrTime(endMs),
    duration: hrTime(endMs - startMs),
    status: { code: error === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes: present({ ...common, ...attributes, ...(error !== undefined && { 'error.type': error }) }),
    links: links.map((link) => ({ context: spanContext(link) })),
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function spanContext({ traceId, spanId, sampled }: TraceContext) {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

function present(attributes: EndedSpan['attributes']): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined),
  ) as Attributes;
}
