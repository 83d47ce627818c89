import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ExportSettings } from './exporter.ts';
import type { Sender } from './sender.ts';
import type { EndedSpan } from './span.ts';

/** For closing a connection; a thread that takes longer is cut. */
const END_MS = 1_000;
/** For a batch, the thread's start included. Exporters have shorter deadlines of their own, but for Jaeger's, which has none. */
const SEND_MS = 15_000;

/**
 * Sends spans from a thread of its own, which is started with the first batch: what OpenTelemetry's libraries take to load,
 * to encode and to collect as garbage holds up no request.
 * @param sendMs for tests
 */
export function createThreadSender(settings: ExportSettings, sendMs = SEND_MS): Sender<EndedSpan[]> {
  let thread: Worker | undefined;

  function start(): Worker {
    const started = new Worker(new URL('./exporter-thread.ts', import.meta.url), {
      workerData: settings,
      // Flags of the process's own, such as --input-type, may not hold for a thread.
      execArgv: [],
    });
    started.unref();
    const gone = () => {
      if (thread === started) thread = undefined;
    };
    // The batch that it had hears of it too.
    started.on('error', gone);
    started.on('exit', gone);
    return started;
  }

  return {
    send(spans) {
      thread ??= start();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sending = thread;
      const answered = (error: string | undefined) =>
        error === undefined ? resolve() : reject(new Error(error));
      const ended = () => reject(new Error('the thread that sends spans has ended'));
      sending.once('message', answered);
      sending.once('error', reject);
      sending.once('exit', ended);
      // With the thread its connection goes, on which nobody answers.
      const late = setTimeout(() => {
        reject(new Error(`the collector did not answer within ${sendMs} ms`));
        void sending.terminate();
      }, sendMs);
      sending.postMessage(spans);
      // A process that ends waits for what is under way, and for nothing else of it.
      sending.ref();
      return promise.finally(() => {
        clearTimeout(late);
        sending.unref();
        sending.off('message', answered);
        sending.off('error', reject);
        sending.off('exit', ended);
      });
    },
    async close() {
      if (thread === undefined) return;
      const ending = thread;
      ending.ref();
      const end = once(ending, 'exit', { signal: AbortSignal.timeout(END_MS) });
      ending.postMessage('end');
      await end.catch(() => ending.terminate());
    },
  };
}
