import type { Settings } from './schema.ts';

type Traces = Settings['telemetry']['traces'];

const DEFAULT_ENDPOINTS = {
  grpc: 'http://127.0.0.1:4317',
  'http/protobuf': 'http://127.0.0.1:4318/v1/traces',
  jaeger: 'http://127.0.0.1:14268/api/traces',
};

/** Where the roles send their spans: telemetry.traces.endpoint, or where what is spoken is listened to by custom. */
export function tracesEndpoint({ exporter, protocol, endpoint }: Traces): string {
  return endpoint ?? DEFAULT_ENDPOINTS[exporter === 'jaeger' ? 'jaeger' : protocol];
}

/** Where Envoy sends its own spans, which it can by OTLP alone; undefined where they go nowhere. */
export function envoyTracesEndpoint(traces: Traces): string | undefined {
  if (traces.exporter === 'none') return undefined;
  const takesThemSo = traces.exporter === 'otlp' && traces.headersFile === undefined;
  return traces.envoyEndpoint ?? (takesThemSo ? tracesEndpoint(traces) : undefined);
}

/** Where people look at a trace; undefined where the configuration does not say. */
export function traceUrl({ uiUrl }: Pick<Traces, 'uiUrl'>, traceId: string): string | undefined {
  if (uiUrl?.includes('{traceId}')) return uiUrl.replaceAll('{traceId}', traceId);
  return uiUrl && `${uiUrl.replace(/\/+$/, '')}/trace/${traceId}`;
}
