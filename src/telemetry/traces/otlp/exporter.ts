import { type Config, tracesEndpoint } from '../../../config/index.ts';

/** A collector takes spans in milliseconds; one that does not hangs. */
const TIMEOUT_MS = 5_000;
const EXPORT_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** What is sent is written already. */
const WRITTEN = { serializeRequest: (batch: Uint8Array) => batch, deserializeResponse: () => undefined };
/** For metrics of the library's own, which are off. */
const UNCOUNTED = { name: 'span', countItems: () => 0 } as const;

/**
 * OpenTelemetry's own sender of OTLP, over gRPC or HTTP as telemetry.traces.protocol says: its connection, deadline,
 * retries, TLS and what else OTEL_EXPORTER_OTLP_* sets.
 */
export async function openOtlp(traces: Config['telemetry']['traces']) {
  const where = { url: tracesEndpoint(traces), timeoutMillis: TIMEOUT_MS };
  if (traces.protocol === 'grpc') {
    const grpc = await import('@opentelemetry/otlp-grpc-exporter-base');
    return grpc.createOtlpGrpcExportDelegate(
      grpc.convertLegacyOtlpGrpcOptions(where, 'TRACES'),
      ...([WRITTEN, 'otlp_grpc_span_exporter', UNCOUNTED, undefined] as const),
      ...(['TraceExportService', EXPORT_METHOD] as const),
    );
  }
  const http = await import('@opentelemetry/otlp-exporter-base/node-http');
  const headers = { 'Content-Type': 'application/x-protobuf' };
  return http.createOtlpHttpExportDelegate(
    http.convertLegacyHttpOptions(where, 'TRACES', 'v1/traces', headers),
    ...([WRITTEN, 'otlp_http_span_exporter', UNCOUNTED, undefined] as const),
  );
}
