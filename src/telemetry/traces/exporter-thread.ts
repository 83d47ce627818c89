import { parentPort, workerData } from 'node:worker_threads';
import { errorMessage } from '../logged-error.ts';
import { type ExportSettings, openExporter } from './exporter.ts';
import type { EndedSpan } from './span.ts';

// Sends each batch that it is given, and answers with nothing, or with why it did not get out; ends when it is told so.
const exporter = await openExporter(workerData as ExportSettings);

parentPort?.on('message', async (spans: EndedSpan[] | 'end') => {
  if (spans === 'end') {
    await exporter.close().catch(() => {});
    return parentPort?.close();
  }
  const outcome = await exporter.send(spans).then(
    () => undefined,
    (error: unknown) => errorMessage(error),
  );
  parentPort?.postMessage(outcome);
});
