import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSchedule } from './schedule.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (run: () => Promise<void>) => startSchedule({ run, watchedMs: 2_000, unwatchedMs: 10_000 });

test('is called at once, seldom while nobody watches, and often while somebody does', async () => {
  let calls = 0;
  const schedule = start(async () => {
    calls += 1;
  });
  expect(calls).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toBe(2);
  const leave = schedule.watch();
  expect(calls).toBe(3);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(calls).toBe(5);
  leave();
  leave();
  await vi.advanceTimersByTimeAsync(2_000);
  const after = calls;
  await vi.advanceTimersByTimeAsync(9_000);
  expect(calls).toBe(after);
  await schedule.stop();
});

test('is not called again before it is done', async () => {
  let calls = 0;
  const slow = Promise.withResolvers<void>();
  const schedule = start(() => {
    calls += 1;
    return slow.promise;
  });
  schedule.watch();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toBe(1);
  slow.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toBe(2);
  await schedule.stop();
});

test('ends with what runs', async () => {
  let done = false;
  const slow = Promise.withResolvers<void>();
  const schedule = start(async () => {
    await slow.promise;
    done = true;
  });
  const stopped = schedule.stop();
  slow.resolve();
  await stopped;
  expect(done).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
});
