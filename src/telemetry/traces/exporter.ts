import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { type Config, tracesEndpoint } from '../../config/index.ts';

/** What exporters of OpenTelemetry 2 and 3 have in common. */
export interface OpenExporter {
  /** @throws where the spans did not get out */
  send(spans: ReadableSpan[]): Promise<void>;
  close(): Promise<void>;
}

/** A collector takes spans in milliseconds; one that does not hangs. */
const TIMEOUT_MS = 5_000;
type Traces = Config['telemetry']['traces'];
/** telemetry.traces where spans go somewhere. */
export type ExportedTraces = Traces & { exporter: Exclude<Traces['exporter'], 'none'> };

/** Opens what telemetry.traces names. Connects when there is something to send. */
export async function openExporter(traces: ExportedTraces): Promise<OpenExporter> {
  return wrap(await makeExporter(traces));
}

async function makeExporter(traces: ExportedTraces): Promise<SpanExporter> {
  const url = tracesEndpoint(traces);
  switch (traces.exporter) {
    case 'console':
      return new (await import('@opentelemetry/sdk-trace')).ConsoleSpanExporter();
    case 'jaeger':
      return new (await import('@opentelemetry/exporter-jaeger')).JaegerExporter({
        endpoint: url,
      }) as unknown as SpanExporter;
    case 'otlp': {
      const { OTLPTraceExporter } =
        traces.protocol === 'grpc'
          ? await import('@opentelemetry/exporter-trace-otlp-grpc')
          : await import('@opentelemetry/exporter-trace-otlp-proto');
      return new OTLPTraceExporter({ url, timeoutMillis: TIMEOUT_MS });
    }
  }
}

function wrap(exporter: SpanExporter): OpenExporter {
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        exporter.export(spans, ({ code, error }) => {
          if (code === 0) resolve();
          else reject(error ?? new Error('the exporter does not say why'));
        });
      }),
    close: () => exporter.shutdown(),
  };
}
