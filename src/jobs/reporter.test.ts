import { expect, test } from 'vitest';
import type { ProgressEvent } from './event.ts';
import { createReporter, MAX_PROGRESS_EVENTS } from './reporter.ts';

const text = (content: string): ProgressEvent => ({ type: 'text', text: content });

test('events are written one after the other, in the order of their reports', async () => {
  const written: ProgressEvent[] = [];
  let atOnce = 0;
  const reporter = createReporter(
    async (event) => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      written.push(event);
      return 'ok';
    },
    () => {},
  );
  await Promise.all(['a', 'b', 'c'].map((content) => reporter.report(text(content))));
  expect(written).toEqual([text('a'), text('b'), text('c')]);
});

test('a refused event says that the attempt is superseded, once, and nothing is written after it', async () => {
  let writes = 0;
  let superseded = 0;
  const reporter = createReporter(
    async () => {
      writes += 1;
      return 'superseded';
    },
    () => {
      superseded += 1;
    },
  );
  await expect(reporter.report(text('a'))).rejects.toMatchObject({ code: 'attempt_superseded' });
  await expect(reporter.report(text('b'))).rejects.toMatchObject({ code: 'attempt_superseded' });
  expect({ writes, superseded }).toEqual({ writes: 1, superseded: 1 });
});

test('ending waits for what was reported before it and takes nothing after', async () => {
  const written: ProgressEvent[] = [];
  const reporter = createReporter(
    async (event) => {
      await new Promise((resolve) => setImmediate(resolve));
      written.push(event);
      return 'ok';
    },
    () => {},
  );
  void reporter.report(text('a'));
  await reporter.end();
  expect(written).toEqual([text('a')]);
  await expect(reporter.report(text('b'))).rejects.toMatchObject({ code: 'attempt_superseded' });
});

test('a log takes only so much progress', async () => {
  let writes = 0;
  const reporter = createReporter(
    async () => {
      writes += 1;
      return 'ok';
    },
    () => {},
  );
  for (let index = 0; index < MAX_PROGRESS_EVENTS + 5; index += 1) await reporter.report(text('x'));
  expect(writes).toBe(MAX_PROGRESS_EVENTS);
});
