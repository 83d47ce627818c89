import { expect, test } from 'vitest';
import type { ProgressEvent } from './event.ts';
import type { JobChange } from './job-log.ts';
import { createReporter, MAX_PROGRESS_EVENTS, type ReporterOptions } from './reporter.ts';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const text = (content: string): ProgressEvent => ({ type: 'text', text: content });
const reporterWith = (write: ReporterOptions['write'], onSuperseded = () => {}) =>
  createReporter({ write, onSuperseded, now: () => NOW });
const later = () => new Promise((resolve) => setImmediate(resolve));

test('events are written one after the other, in the order of their reports', async () => {
  const written: unknown[] = [];
  let atOnce = 0;
  const reporter = reporterWith(async ({ events }) => {
    atOnce += 1;
    expect(atOnce).toBe(1);
    await later();
    atOnce -= 1;
    written.push(...events);
    return 'ok';
  });
  await Promise.all(['a', 'b', 'c'].map((content) => reporter.report(text(content))));
  expect(written).toEqual([text('a'), text('b'), text('c')]);
});

test('the time of the first text is written down with it', async () => {
  const fields: unknown[] = [];
  const reporter = reporterWith(async (change) => {
    fields.push(change.fields);
    return 'ok';
  });
  await reporter.report({ type: 'tool', name: 'Bash', id: '1' });
  await reporter.report(text('a'));
  await reporter.report(text('b'));
  expect(fields).toEqual([{}, { firstTextAt: NOW.toISOString() }, {}]);
});

test('a refused event says that the attempt is superseded, once, and nothing is written after it', async () => {
  let writes = 0;
  let superseded = 0;
  const reporter = reporterWith(
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
  const written: unknown[] = [];
  const reporter = reporterWith(async ({ events }) => {
    await later();
    written.push(...events);
    return 'ok';
  });
  void reporter.report(text('a'));
  await reporter.end();
  expect(written).toEqual([text('a')]);
  await expect(reporter.report(text('b'))).rejects.toMatchObject({ code: 'attempt_superseded' });
});

test('a log takes only so much progress, and what changes the record all the same', async () => {
  const written: JobChange[] = [];
  const reporter = reporterWith(async (change) => {
    written.push(change);
    return 'ok';
  });
  for (let index = 0; index < MAX_PROGRESS_EVENTS + 5; index += 1) await reporter.report(text('x'));
  expect(written).toHaveLength(MAX_PROGRESS_EVENTS);
  const change: JobChange = { fields: { artifacts: { count: 1, bytes: 1 } }, events: [] };
  await reporter.append(change);
  expect(written.at(-1)).toBe(change);
});
