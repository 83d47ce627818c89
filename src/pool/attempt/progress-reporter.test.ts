import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProgressEvent } from '../../jobs/index.ts';
import { ProgressReporter } from './progress-reporter.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const MAX_CHARACTERS = 16 * 2 ** 20;

const text = (words: string): ProgressEvent => ({ type: 'text', text: words });
const tool: ProgressEvent = { type: 'tool', name: 'Bash', id: 't' };

function recorder() {
  const events: ProgressEvent[] = [];
  const reporter = new ProgressReporter(
    async (event) => void events.push(event),
    MAX_CHARACTERS,
    () => {},
  );
  return { events, reporter };
}

test('text that comes within 50 ms is reported together', async () => {
  const { events, reporter } = recorder();
  await reporter.push(text('a'));
  await vi.advanceTimersByTimeAsync(49);
  await reporter.push(text('b'));
  expect(events).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(events).toEqual([text('ab')]);
});

test('much text does not wait', async () => {
  const { events, reporter } = recorder();
  await reporter.push(text('x'.repeat(4096)));
  await vi.advanceTimersByTimeAsync(0);
  expect(events).toEqual([text('x'.repeat(4096))]);
});

test('order is kept and all text arrives, whatever comes in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ minLength: 1 }).map(text), fc.constant(tool))),
      async (input) => {
        const { events, reporter } = recorder();
        for (const event of input) await reporter.push(event);
        await reporter.finish();
        const flat = (list: ProgressEvent[]) =>
          list.map((event) => (event.type === 'text' ? event.text : '<tool>')).join('');
        expect(flat(events)).toBe(flat(input));
      },
    ),
  );
});

test('a store that does not answer holds the worker up', async () => {
  const gate = Promise.withResolvers<void>();
  const reporter = new ProgressReporter(
    () => gate.promise,
    MAX_CHARACTERS,
    () => {},
  );
  for (let count = 0; count < 32; count += 1) await reporter.push(tool);
  let passed = false;
  const held = reporter.push(tool)?.then(() => {
    passed = true;
  });
  expect(held).toBeDefined();
  await vi.advanceTimersByTimeAsync(1000);
  expect(passed).toBe(false);
  gate.resolve();
  await held;
});

test('a refused report is told once, and nothing is reported after it', async () => {
  const seen: ProgressEvent[] = [];
  const onFailure = vi.fn();
  const reporter = new ProgressReporter(
    async (event) => {
      seen.push(event);
      throw new Error('superseded');
    },
    MAX_CHARACTERS,
    onFailure,
  );
  await reporter.push(tool);
  await reporter.push(tool);
  await expect(reporter.finish()).rejects.toThrow('superseded');
  expect(seen).toHaveLength(1);
  expect(onFailure).toHaveBeenCalledOnce();
});

test('an attempt that says more than it may is cut short', async () => {
  const { events, reporter } = recorder();
  const mebibyte = text('x'.repeat(2 ** 20));
  for (let count = 0; count < 16; count += 1) await reporter.push(mebibyte);
  expect(reporter.overflow).toBe(false);
  await reporter.push(text('y'));
  expect(reporter.overflow).toBe(true);
  await reporter.finish();
  expect(events).toHaveLength(16);
});

test('events without text count too', async () => {
  const { events, reporter } = recorder();
  for (let count = 0; count < 200_000; count += 1) void reporter.push(tool);
  await reporter.finish();
  expect(reporter.overflow).toBe(true);
  expect(events.length).toBeLessThan(100_000);
});
