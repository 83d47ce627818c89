import { expect, test, vi } from 'vitest';
import { createJobListeners } from './listeners.ts';

function open(maxSilenceMs: number) {
  const listeners = createJobListeners(1, maxSilenceMs);
  const drop = vi.fn();
  const events = listeners.listen(async function* () {
    yield 'one';
    yield 'two';
  });
  const stream = events?.({ signal: new AbortController().signal, drop });
  return { listeners, drop, reader: (stream as AsyncIterable<string>)[Symbol.asyncIterator]() };
}

test('who takes nothing for too long is dropped, and its place is free', async () => {
  const { listeners, drop, reader } = open(20);
  expect((await reader.next()).value).toBe('one');
  await vi.waitFor(() => expect(drop).toHaveBeenCalledOnce());
  await reader.return?.();
  expect(listeners.listen(async function* () {})).toBeDefined();
});

test('who takes all is not, and leaves nothing behind that would', async () => {
  vi.useFakeTimers();
  const { drop, reader } = open(20);
  while (!(await reader.next()).done);
  expect(vi.getTimerCount()).toBe(0);
  expect(drop).not.toHaveBeenCalled();
  vi.useRealTimers();
});
