import { interruptLine } from '../wire/input.ts';
import type { CliMessage, ResultMessage } from '../wire/message.ts';
import type { Worker } from '../workers/worker.ts';
import type { Observation } from './outcome.ts';
import { ProgressReader } from './progress.ts';
import type { ProgressReporter } from './progress-reporter.ts';
import type { StopSignal } from './stop-signal.ts';

/** An interrupted CLI says its result within 21 ms. Nobody waits long for one that was stopped. */
const INTERRUPT_GRACE_MS = 1_000;
/** A CLI that has closed its stdout is as good as gone. */
const EXIT_GRACE_MS = 2_000;

/** What one worker was seen to do. */
export type Conversation = Pick<Observation, 'end' | 'result' | 'spoke' | 'overflow' | 'stderr'> & {
  /** The model that the CLI chose for the name it was given. */
  model: string | undefined;
};

/**
 * Gives a worker what starts a turn, passes on what it tells, until it tells the turn's result. When the attempt is
 * stopped the worker is interrupted, then terminated, then killed.
 * @param options.onSpoke called when the worker says something for the first time
 * @returns without an end where the worker waits for its next turn; else nothing of it runs any more
 */
export async function converse(options: {
  worker: Worker;
  lines: string;
  reporter: ProgressReporter;
  /** Called with each message. */
  saw(message: CliMessage): void;
  stop: StopSignal;
  onSpoke(): void;
}): Promise<Conversation> {
  const { worker, lines, reporter, saw, stop, onSpoke } = options;
  const interrupt = () => {
    worker.write(interruptLine());
    worker.end(INTERRUPT_GRACE_MS);
  };
  if (stop.signal.aborted) interrupt();
  else stop.signal.addEventListener('abort', interrupt);
  const progress = new ProgressReader();
  let model: string | undefined;
  let result: ResultMessage | undefined;
  let spoke = false;
  try {
    worker.write(lines);
    while (result === undefined && !reporter.overflow) {
      const message = await worker.read();
      if (message === undefined) break;
      if (!spoke) onSpoke();
      spoke = true;
      saw(message);
      if (message.type === 'system') model = message.model;
      if (message.type === 'result') result = message;
      for (const event of progress.read(message)) {
        const behind = reporter.push(event);
        if (behind !== undefined) await stop.unlessStopped(behind);
      }
    }
  } finally {
    stop.signal.removeEventListener('abort', interrupt);
  }
  if (reporter.overflow) stop.stop('output_limit');
  const { overflow } = worker;
  const end = await endOf(worker, result !== undefined, stop.reason !== undefined || overflow);
  if (end !== undefined && worker.ranOutOfMemory) stop.stop('memory_limit');
  return { end, result, spoke, overflow, stderr: worker.stderr, model };
}

async function endOf(worker: Worker, answered: boolean, stopped: boolean): Promise<Conversation['end']> {
  if (stopped) return worker.kill();
  if (answered) return undefined;
  worker.end(EXIT_GRACE_MS);
  return worker.ended;
}
