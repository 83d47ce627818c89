import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Respondent } from './gather.ts';
import type { Job, PrimaryMessage, StateName, States, WorkerMessage } from './messages.ts';
import { Questions } from './questions.ts';

/** How a worker ended. */
export interface WorkerExit {
  code: number | null;
  signal: string | null;
}

/** A worker that is alive and hangs must not hold up what the others have to tell. */
const ANSWER_TIMEOUT_MS = 1_000;

/** One worker process, as the process that started it sees it. */
export class WorkerProcess implements Respondent {
  readonly id: number;
  readonly exited: Promise<WorkerExit>;
  /** Resolves once it serves. Rejects with why it cannot, or that it ended. */
  readonly ready: Promise<void>;
  /** Addresses, by their settings. */
  readonly serves = new Set<string>();
  readonly #worker: Worker;
  readonly #questions = new Questions<States[StateName]['own']>(ANSWER_TIMEOUT_MS);

  /** @param askAll asks all workers for the state of an address */
  constructor(
    worker: Worker,
    job: Job,
    askAll: <Name extends StateName>(
      setting: string,
      state: Name,
    ) => Promise<States[Name]['all'] | undefined>,
  ) {
    this.#worker = worker;
    this.id = worker.id;
    this.exited = once(worker, 'exit').then(([code, signal]) => ({ code, signal }));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    promise.catch(() => {}); // One that ends later is told of by exited.
    void this.exited.then((exit) => reject(new Error(`a worker process ended with ${describeExit(exit)}`)));
    worker.on('error', () => {}); // A channel that breaks is followed by exit.
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'idle':
          this.tell({ type: 'job', job });
          break;
        case 'ready':
          resolve();
          break;
        case 'failed':
          reject(new Error(message.message));
          break;
        case 'serves':
          this.serves.add(message.setting);
          break;
        case 'own':
          this.#questions.answered(message.question, message.value);
          break;
        case 'ask_all': {
          const { question, setting, state } = message;
          askAll(setting, state)
            .catch(() => undefined)
            .then((value) => this.tell({ type: 'all', question, value }));
        }
      }
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  async ask<Name extends StateName>(setting: string, state: Name): Promise<States[Name]['own'] | undefined> {
    const own = await this.#questions.ask((question) =>
      this.tell({ type: 'ask_own', question, setting, state }),
    );
    return own as States[Name]['own'] | undefined;
  }

  tell(message: PrimaryMessage): void {
    // The callback takes the error of a channel that closes meanwhile.
    if (this.#worker.isConnected()) this.#worker.send(message, () => {});
  }

  kill(signal: NodeJS.Signals): void {
    this.#worker.process.kill(signal);
  }
}

/** Such as `exit code 1` or `SIGKILL`, to follow "ended with". */
export function describeExit({ code, signal }: WorkerExit): string {
  return signal ?? `exit code ${code}`;
}
