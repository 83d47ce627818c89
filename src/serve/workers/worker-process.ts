/** What a worker process runs: the roles that it is told of, together with the others, until SIGTERM. */
import { openLog } from '../open-log.ts';
import { serveHere } from '../serve-here.ts';
import type { Job, PrimaryMessage, WorkerMessage } from './messages.ts';
import { createSiblings } from './siblings.ts';

const send = (message: WorkerMessage) => {
  // One whose channel has closed is about to end.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};
const onMessage = (listener: (message: PrimaryMessage) => void) => {
  process.on('message', (message) => listener(message as PrimaryMessage));
};

const siblings = createSiblings({ send, onMessage });
const job = new Promise<Job>((resolve) => {
  onMessage((message) => {
    if (message.type === 'job') resolve(message.job);
  });
});
send({ type: 'idle' });
const { roles, config } = await job;
const { logger, close } = openLog(roles, config);
try {
  await serveHere(roles, config, { logger, siblings });
} catch {
  // Told over the channel, and in the log.
  process.exit(1);
}
close();
