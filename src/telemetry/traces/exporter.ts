import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { type Config, tracesEndpoint } from '../../config/index.ts';
import { otlpBatches } from './otlp/batch.ts';
import { openOtlp } from './otlp/exporter.ts';
import { readableSpans } from './readable-span.ts';
import { singleSpans } from './single-spans.ts';
import type { EndedSpan } from './span.ts';
import type { BatchBuilder } from './span-queue.ts';

type Traces = Config['telemetry']['traces'];
/** telemetry.traces where spans go somewhere. */
export type ExportedTraces = Traces & { exporter: Exclude<Traces['exporter'], 'none'> };

/** Where spans go, and what they are of. */
export interface ExportSettings {
  traces: ExportedTraces;
  /** Of the process, by the names of OpenTelemetry's semantic conventions. */
  resource: Readonly<Record<string, string>>;
}

/** Spans as an exporter takes them: written by OTLP, or one by one. */
export type SpanBatch = Uint8Array<ArrayBuffer> | EndedSpan[];

export interface OpenExporter {
  /** @param batch what batchesFor() makes for the same settings @throws where the spans did not get out */
  send(batch: SpanBatch): Promise<void>;
  close(): Promise<void>;
}

/** What exporters of OpenTelemetry 2 and 3 have in common. */
interface Exporter<Batch> {
  export(batch: Batch, done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

export function batchesFor({ traces, resource }: ExportSettings): BatchBuilder<SpanBatch> {
  return traces.exporter === 'otlp' ? otlpBatches(resource) : singleSpans();
}

/** Opens what telemetry.traces names. Connects when there is something to send. */
export async function openExporter({ traces, resource }: ExportSettings): Promise<OpenExporter> {
  if (traces.exporter === 'otlp')
    return opened(await openOtlp(traces), (batch) => batch as Uint8Array<ArrayBuffer>);
  const read = readableSpans(resource);
  return opened(await openSpanExporter(traces), (batch) => read(batch as EndedSpan[]));
}

async function openSpanExporter(traces: ExportedTraces): Promise<Pick<SpanExporter, 'export' | 'shutdown'>> {
  if (traces.exporter === 'console')
    return new (await import('@opentelemetry/sdk-trace')).ConsoleSpanExporter();
  const { JaegerExporter } = await import('@opentelemetry/exporter-jaeger');
  return new JaegerExporter({ endpoint: tracesEndpoint(traces) }) as unknown as SpanExporter;
}

function opened<Batch>(exporter: Exporter<Batch>, read: (batch: SpanBatch) => Batch): OpenExporter {
  return {
    send: (batch) =>
      new Promise((resolve, reject) => {
        exporter.export(read(batch), ({ code, error }) => {
          if (code === 0) resolve();
          else reject(error ?? new Error('the exporter does not say why'));
        });
      }),
    close: () => exporter.shutdown(),
  };
}
