import { expect, test } from 'vitest';
import { makeCanary } from '../../inspect/index.ts';
import type { ProgressEvent } from '../../jobs/index.ts';
import { guardAgainstLeaks } from './prompt-leak.ts';

const canary = makeCanary(Buffer.alloc(24, 3));

function guarded() {
  const events: ProgressEvent[] = [];
  let leaks = 0;
  const guard = guardAgainstLeaks(
    canary,
    async (event) => void events.push(event),
    () => {
      leaks += 1;
    },
  );
  return { ...guard, events, leaks: () => leaks };
}

test('a leak is raised after the text that it is in, and once', async () => {
  const { report, events, leaks } = guarded();
  const half = canary.notice.indexOf(': ') + 8;
  await report({ type: 'text', text: canary.notice.slice(0, half) });
  await report({ type: 'text', text: canary.notice.slice(half) });
  await report({ type: 'text', text: canary.notice });
  expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'prompt_leak', 'text']);
  expect(leaks()).toBe(1);
});

test('an answer as a whole is looked at, too', async () => {
  const { inspect, events } = guarded();
  await inspect(['none', undefined]);
  expect(events).toEqual([]);
  await inspect(['', { answer: canary.notice }]);
  expect(events).toEqual([{ type: 'prompt_leak' }]);
});

test('everything else is reported as it is', async () => {
  const { report, events, leaks } = guarded();
  await report({ type: 'text', text: 'hello' });
  await report({ type: 'tool', name: 'Bash', id: '1' });
  expect(events).toHaveLength(2);
  expect(leaks()).toBe(0);
});
