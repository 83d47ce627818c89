import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { SendJob, SendResult } from './sender.ts';

export interface Sender {
  /** @throws where a connection breaks, or not every call passes */
  send(job: SendJob): Promise<SendResult>;
  close(): Promise<void>;
}

/** Starts the process that sends, on another core than the services where there is one. */
export function startSender(): Sender {
  const core = availableParallelism() > 1 ? '1' : '0';
  const program = fileURLToPath(new URL('./sender.ts', import.meta.url));
  const child = spawn('taskset', ['-c', core, process.execPath, program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  return {
    async send(job) {
      child.send(job);
      const [result] = (await Promise.race([once(child, 'message'), exited])) as [SendResult | number];
      if (typeof result !== 'object' || result === null) throw new Error('the process that sends has ended');
      if (result.bad > 0)
        throw new Error(`${result.bad} of ${job.calls} calls of ${job.method} did not pass`);
      return result;
    },
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
