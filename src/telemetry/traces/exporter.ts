import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { type Config, tracesEndpoint } from '../../config/index.ts';
import { readableSpans } from './readable-span.ts';
import type { EndedSpan } from './span.ts';

type Traces = Config['telemetry']['traces'];

/** What is needed to send spans by one of OpenTelemetry's own exporters. */
export interface ExportSettings {
  traces: Traces & { exporter: 'jaeger' | 'console' };
  resource: ResourceAttributes;
}

/** Of the process, by the names of OpenTelemetry's semantic conventions. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** What exporters of OpenTelemetry 2 and 3 have in common. */
export interface OpenExporter {
  /** @throws where the spans did not get out */
  send(spans: EndedSpan[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens what telemetry.traces names. Connects when there is something to send. */
export async function openExporter({ traces, resource }: ExportSettings): Promise<OpenExporter> {
  const exporter = await makeExporter(traces);
  const readable = readableSpans(resource);
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        exporter.export(readable(spans), ({ code, error }) => {
          if (code === 0) resolve();
          else reject(error ?? new Error('the exporter does not say why'));
        });
      }),
    close: () => exporter.shutdown(),
  };
}

async function makeExporter(traces: ExportSettings['traces']): Promise<SpanExporter> {
  switch (traces.exporter) {
    case 'console':
      return new (await import('@opentelemetry/sdk-trace')).ConsoleSpanExporter();
    case 'jaeger':
      return new (await import('@opentelemetry/exporter-jaeger')).JaegerExporter({
        endpoint: tracesEndpoint(traces),
      }) as unknown as SpanExporter;
  }
}
