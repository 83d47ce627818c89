import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function recorded() {
  let text = '';
  let nowMs = 0;
  const out = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  return {
    progress: createProgress(out, () => nowMs),
    pass: (ms: number) => {
      nowMs += ms;
    },
    text: () => text,
  };
}

test('a step says what it does before it ends, and then how long it took', async () => {
  const { progress, pass, text } = recorded();
  const result = await progress.step('Starting Redis', async () => {
    expect(text()).toBe('Starting Redis ...');
    pass(1_250);
    return 7;
  });
  expect(result).toBe(7);
  expect(text()).toBe('Starting Redis ... 1.3 s\n');
});

test('a step that fails says so', async () => {
  const { progress, text } = recorded();
  await expect(progress.step('Starting Redis', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(text()).toBe('Starting Redis ... failed\n');
});

test('what is said during a step has a line of its own', async () => {
  const { progress, text } = recorded();
  await progress.step('Starting Redis', async () => progress.say('A warning.'));
  expect(text()).toBe('Starting Redis ...\nA warning.\nStarting Redis ... 0.0 s\n');
});
