import { expect, test } from 'vitest';
import type { SpawnCommand } from '../sandbox/identity.ts';
import { Worker } from '../workers/worker.ts';
import { WorkerProcess } from '../workers/worker-process.ts';
import { converse } from './converse.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { StopSignal } from './stop-signal.ts';

/** A worker that is nothing but a process. */
function workerOf(command: Pick<SpawnCommand, 'file' | 'args'>): Worker {
  const process = new WorkerProcess({ ...command, env: {}, cwd: '/' });
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

async function converseWith(file: string, args: string[] = [], timeoutMs = 60_000) {
  const stop = new StopSignal(timeoutMs, new AbortController().signal);
  let spoken = 0;
  const reporter = new ProgressReporter(
    async () => {},
    2 ** 20,
    () => {},
  );
  const worker = workerOf({ file, args });
  const conversation = await converse({
    worker,
    lines: 'x\n',
    reporter,
    saw() {},
    stop,
    onSpoke: () => (spoken += 1),
  });
  stop.dispose();
  return { conversation, spoken, worker, reason: stop.reason };
}

const RESULT = '{"type":"result","subtype":"success","is_error":false,"result":"done"}';

test('a worker that the system refuses to start ends without having spoken', async () => {
  const { conversation, spoken } = await converseWith('/nowhere/claude');
  expect(conversation).toMatchObject({ end: { kind: 'not_started' }, result: undefined });
  expect(spoken).toBe(0);
});

test('a worker that has answered goes on living, for its next turn', async () => {
  const { conversation, spoken, worker } = await converseWith('/bin/sh', ['-c', `echo '${RESULT}'; cat`]);
  expect(conversation).toMatchObject({ end: undefined, result: { result: 'done' } });
  expect(spoken).toBe(1);
  expect(await worker.kill()).toEqual({ kind: 'exited', code: null, signal: 'SIGKILL' });
});

test('a worker that ends without an answer is told by how it ended', async () => {
  const { conversation } = await converseWith('/bin/sh', ['-c', 'exit 3']);
  expect(conversation).toMatchObject({ end: { kind: 'exited', code: 3 }, result: undefined });
});

test('a worker that closes its stdout and stays is ended', async () => {
  const { conversation } = await converseWith('/bin/sh', ['-c', 'exec >&-; sleep 60']);
  expect(conversation).toMatchObject({ end: { kind: 'exited', signal: 'SIGTERM' } });
});

test('a worker that does not answer an interrupt is ended', async () => {
  const { conversation } = await converseWith('/bin/sh', ['-c', 'sleep 60'], 100);
  expect(conversation).toMatchObject({ end: { kind: 'exited' }, result: undefined });
});

test('a worker that never stops talking is ended', async () => {
  const event = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'x'.repeat(10_000) } };
  const { conversation, reason } = await converseWith('/bin/sh', [
    '-c',
    'yes "$0"',
    JSON.stringify({ type: 'stream_event', event }),
  ]);
  expect(conversation).toMatchObject({ end: { kind: 'exited' } });
  expect(reason).toBe('output_limit');
});
