import { parentPort, workerData } from 'node:worker_threads';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { errorMessage } from '../logged-error.ts';
import { openExporter } from './exporter.ts';
import { readableSpan } from './readable-span.ts';
import type { SenderSettings } from './sender.ts';
import type { EndedSpan } from './span.ts';

// Sends each batch that it is given, and answers with nothing, or with why it did not get out; ends when it is told so.
const { traces, resource } = workerData as SenderSettings;
const exporter = await openExporter(traces);
const attributes = resourceFromAttributes(resource);

parentPort?.on('message', async (spans: EndedSpan[] | 'end') => {
  if (spans === 'end') {
    await exporter.close().catch(() => {});
    return parentPort?.close();
  }
  const outcome = await exporter.send(spans.map((span) => readableSpan(span, attributes))).then(
    () => undefined,
    (error: unknown) => errorMessage(error),
  );
  parentPort?.postMessage(outcome);
});
