/** A span as tests look at it, from whatever has received it. Times are milliseconds since the epoch, to the microsecond. */
export interface ReceivedSpan {
  service: string;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'unspecified';
  traceId: string;
  spanId: string;
  /** Empty for a trace's first. */
  parentSpanId: string;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  isError: boolean;
}

interface KeyValue {
  key: string;
  value?: AnyValue;
}

interface AnyValue {
  string_value?: string;
  bool_value?: boolean;
  int_value?: string;
  double_value?: number;
  array_value?: { values: AnyValue[] };
}

/** An ExportTraceServiceRequest as @grpc/proto-loader shows it. */
export interface ExportRequest {
  resource_spans: {
    resource?: { attributes: KeyValue[] };
    scope_spans: {
      spans: {
        trace_id: Buffer;
        span_id: Buffer;
        parent_span_id?: Buffer;
        name: string;
        kind?: string;
        start_time_unix_nano: string;
        end_time_unix_nano: string;
        attributes: KeyValue[];
        links: { trace_id: Buffer; span_id: Buffer }[];
        status?: { code?: string };
      }[];
    }[];
  }[];
}

export function receivedSpans({ resource_spans }: ExportRequest): ReceivedSpan[] {
  return resource_spans.flatMap(({ resource, scope_spans }) => {
    const service = String(attributesOf(resource?.attributes ?? [])['service.name']);
    return scope_spans.flatMap(({ spans }) =>
      spans.map(
        (span): ReceivedSpan => ({
          service,
          name: span.name,
          kind: (span.kind ?? 'SPAN_KIND_UNSPECIFIED')
            .replace('SPAN_KIND_', '')
            .toLowerCase() as ReceivedSpan['kind'],
          traceId: span.trace_id.toString('hex'),
          spanId: span.span_id.toString('hex'),
          parentSpanId: span.parent_span_id?.toString('hex') ?? '',
          startMs: milliseconds(span.start_time_unix_nano),
          endMs: milliseconds(span.end_time_unix_nano),
          attributes: attributesOf(span.attributes),
          links: span.links.map((link) => ({
            traceId: link.trace_id.toString('hex'),
            spanId: link.span_id.toString('hex'),
          })),
          isError: span.status?.code === 'STATUS_CODE_ERROR',
        }),
      ),
    );
  });
}

function attributesOf(pairs: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value && plain(value)]));
}

function plain(value: AnyValue): unknown {
  if (value.array_value !== undefined) return value.array_value.values.map(plain);
  if (value.int_value !== undefined) return Number(value.int_value);
  return value.string_value ?? value.bool_value ?? value.double_value;
}

/** Nanoseconds do not fit into a number, microseconds do. */
function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1000;
}
