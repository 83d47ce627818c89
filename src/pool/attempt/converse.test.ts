import { expect, test } from 'vitest';
import { Slots } from '../slots.ts';
import { converse } from './converse.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { StopSignal } from './stop-signal.ts';

/** Has a command be a worker, and says whether the place to start in is free after it. */
async function converseWith(file: string, args: string[]) {
  const stop = new StopSignal(60_000, new AbortController().signal);
  const starts = new Slots(1);
  const [conversation] = await Promise.allSettled([
    converse({
      command: { file, args, env: {}, cwd: '/' },
      request: { prompt: 'hi' },
      reporter: new ProgressReporter(
        async () => {},
        () => {},
      ),
      starts,
      stop,
    }),
  ]);
  const free = (await starts.acquire(AbortSignal.timeout(1_000))) !== undefined;
  stop.dispose();
  return { conversation, free };
}

test.each([
  ['the system refuses to start', '/nowhere/claude', []],
  ['has too long a command line', '/bin/true', Array.from({ length: 40 }, () => 'x'.repeat(100_000))],
])('a worker that %s gives its place to start in back', async (_, file, args) => {
  const { conversation, free } = await converseWith(file, args);
  expect(conversation).toMatchObject({ value: { end: { kind: 'not_started' }, result: undefined } });
  expect(free).toBe(true);
});

test('a worker whose start throws gives its place to start in back', async () => {
  const { conversation, free } = await converseWith('/bin/true', ['a\0b']);
  expect(conversation.status).toBe('rejected');
  expect(free).toBe(true);
});

test('a worker that never stops talking is ended', async () => {
  const event = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'x'.repeat(10_000) } };
  const { conversation } = await converseWith('/bin/sh', [
    '-c',
    'yes "$0"',
    JSON.stringify({ type: 'stream_event', event }),
  ]);
  expect(conversation).toMatchObject({ value: { overflow: true, end: { kind: 'exited' } } });
});
