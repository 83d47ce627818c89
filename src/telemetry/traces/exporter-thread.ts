import { parentPort, workerData } from 'node:worker_threads';
import { errorMessage } from '../logged-error.ts';
import { type ExportSettings, openExporter, type SpanBatch } from './exporter.ts';

// Sends each batch that it is given, and answers with nothing, or with why it did not get out; ends when it is told so.
const exporter = await openExporter(workerData as ExportSettings);

parentPort?.on('message', async (batch: SpanBatch | 'end') => {
  if (batch === 'end') {
    await exporter.close().catch(() => {});
    return parentPort?.close();
  }
  const outcome = await exporter.send(batch).then(
    () => undefined,
    (error: unknown) => errorMessage(error),
  );
  parentPort?.postMessage(outcome);
});
