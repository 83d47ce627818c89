import { expect, test } from 'vitest';
import { clear } from './prime.ts';
import { Worker } from './worker.ts';
import { WorkerProcess } from './worker-process.ts';

const RESULT = `{ type: 'result', subtype: 'success', is_error: false }`;

/**
 * A worker that is a program which answers each line that it is given.
 * @param answer JavaScript: what it says to `message`, as an array
 */
function workerThatAnswers(answer: string): Worker {
  const program = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const message = JSON.parse(line);
      for (const each of ${answer}) console.log(JSON.stringify(each));
    });`;
  const process = new WorkerProcess({
    file: globalThis.process.execPath,
    args: ['-e', program],
    env: {},
    cwd: '/',
  });
  return new Worker(
    { process, folder: undefined as never, proxy: undefined as never, release() {} },
    {
      maxTurns: 1,
      keepsSession: false,
      hasSkills: false,
      workPath: '/',
      owner: undefined,
      confine: undefined,
    },
  );
}

const answerToPing = `{ type: 'control_response', response: { subtype: 'success', request_id: message.request_id } }`;

test('a worker that names what had it forget is asked no more', async () => {
  const reset = `{ type: 'conversation_reset', user_message_uuid: message.uuid }`;
  const worker = workerThatAnswers(`message.type === 'user' ? [${reset}, ${RESULT}] : (process.exit(), [])`);
  expect(await clear(worker)).toBe(true);
  await worker.kill();
});

test.each([
  ['names nothing', `{ type: 'conversation_reset' }`],
  ['names something else', `{ type: 'conversation_reset', user_message_uuid: 'forged' }`],
])('a worker that %s is believed once it answers what only it can have read', async (_, reset) => {
  const worker = workerThatAnswers(`message.type === 'user' ? [${reset}, ${RESULT}] : [${answerToPing}]`);
  expect(await clear(worker)).toBe(true);
  await worker.kill();
});

test('a worker that says no more than that it is done is not believed', async () => {
  const worker = workerThatAnswers(`message.type === 'user' ? [${RESULT}] : (process.exit(), [])`);
  expect(await clear(worker)).toBe(false);
});
