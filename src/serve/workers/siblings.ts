import type { OwnState, Siblings } from '../../telemetry/index.ts';
import type { PrimaryMessage, StateName, States, WorkerMessage } from './messages.ts';
import { Questions } from './questions.ts';

/** Longer than the process that started this one waits for each worker. */
const ANSWER_TIMEOUT_MS = 3_000;

/**
 * A worker's way to the others, through the process that started them all.
 * @param channel to that process
 */
export function createSiblings(channel: {
  send(message: WorkerMessage): void;
  onMessage(listener: (message: PrimaryMessage) => void): void;
}): Siblings {
  const own = new Map<string, OwnState>();
  const questions = new Questions<States[StateName]['all']>(ANSWER_TIMEOUT_MS);

  async function answer(message: Extract<PrimaryMessage, { type: 'ask_own' }>): Promise<void> {
    const { question, setting, state } = message;
    const value = await ownState(own.get(setting), state).catch(() => undefined);
    channel.send({ type: 'own', question, value });
  }

  channel.onMessage((message) => {
    if (message.type === 'ask_own') void answer(message);
    else if (message.type === 'all') questions.answered(message.question, message.value);
  });

  async function askAll<Name extends StateName>(
    setting: string,
    state: Name,
  ): Promise<States[Name]['all'] | undefined> {
    const all = await questions.ask((question) =>
      channel.send({ type: 'ask_all', question, setting, state }),
    );
    return all as States[Name]['all'] | undefined;
  }

  return {
    join(setting, state) {
      own.set(setting, state);
      channel.send({ type: 'serves', setting });
      return {
        async metrics() {
          const report = await askAll(setting, 'metrics');
          if (report === undefined)
            throw new Error('the metrics of all worker processes did not come in time');
          return report;
        },
        isReady: async () => (await askAll(setting, 'ready')) ?? false,
      };
    },
  };
}

async function ownState(
  own: OwnState | undefined,
  state: StateName,
): Promise<States[StateName]['own'] | undefined> {
  return state === 'metrics' ? own?.metrics() : own?.isReady();
}
