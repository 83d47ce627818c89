import type { JobRequest } from '../../jobs/index.ts';
import type { SpawnCommand } from '../sandbox/identity.ts';
import type { Slots } from '../slots.ts';
import { interruptLine, startLines } from '../wire/input.ts';
import type { ResultMessage } from '../wire/message.ts';
import type { Observation } from './outcome.ts';
import { ProgressReader } from './progress.ts';
import type { ProgressReporter } from './progress-reporter.ts';
import type { StopSignal } from './stop-signal.ts';
import { WorkerProcess } from './worker-process.ts';

/** An interrupted CLI says its result within 21 ms and is gone soon after. Nobody waits long for one that was stopped. */
const INTERRUPT_GRACE_MS = 1_000;
/** An idle CLI whose stdin is closed takes 0.2 s to exit. */
const EXIT_GRACE_MS = 2_000;

/** What one worker was seen to do. */
export type Conversation = Pick<Observation, 'end' | 'result' | 'spoke' | 'overflow' | 'stderr'> & {
  /** The model that the CLI chose for the name it was given. */
  model: string | undefined;
};

/**
 * Starts a worker, gives it the request, passes on what it tells, and ends it. Nothing of it runs when this
 * returns. When the attempt is stopped the worker is interrupted, then terminated, then killed.
 * @returns undefined where the attempt was stopped before there was a place to start in
 * @param options.starts places for workers that start: more at once than cores only slow each other down
 */
export async function converse(options: {
  command: SpawnCommand;
  request: JobRequest;
  reporter: ProgressReporter;
  starts: Slots;
  stop: StopSignal;
}): Promise<Conversation | undefined> {
  const { command, request, reporter, starts, stop } = options;
  const starting = await starts.acquire(stop.signal);
  if (starting === undefined) return undefined;
  let worker: WorkerProcess;
  try {
    worker = new WorkerProcess(command);
  } catch (error) {
    starting.release();
    throw error;
  }
  const grace = () => (stop.reason === undefined ? EXIT_GRACE_MS : INTERRUPT_GRACE_MS);
  const interrupt = () => {
    worker.write(interruptLine());
    worker.end(INTERRUPT_GRACE_MS);
  };
  stop.signal.addEventListener('abort', interrupt);
  const progress = new ProgressReader();
  let model: string | undefined;
  let result: ResultMessage | undefined;
  let spoke = false;
  const overflow = () => worker.overflow || reporter.overflow;
  try {
    worker.write(startLines(request));
    for await (const message of worker.messages()) {
      spoke = true;
      starting.release();
      if (message.type === 'system') model = message.model;
      if (message.type === 'result') {
        result ??= message;
        worker.end(grace());
      }
      for (const event of progress.read(message)) {
        const behind = reporter.push(event);
        if (behind !== undefined) await stop.unlessStopped(behind);
      }
      if (reporter.overflow) break;
    }
  } finally {
    starting.release();
    stop.signal.removeEventListener('abort', interrupt);
    worker.end(overflow() ? 0 : grace());
  }
  const end = await worker.ended;
  return { end, result, spoke, overflow: overflow(), stderr: worker.stderr, model };
}
