import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StopSignal } from './stop-signal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('time that is up stops the attempt', () => {
  const stop = new StopSignal(1000, new AbortController().signal);
  vi.advanceTimersByTime(999);
  expect([stop.reason, stop.signal.aborted]).toEqual([undefined, false]);
  vi.advanceTimersByTime(1);
  expect([stop.reason, stop.signal.aborted]).toEqual(['timed_out', true]);
});

test('a caller who gives up stops the attempt, also one who did before it began', () => {
  const caller = new AbortController();
  const stop = new StopSignal(1000, caller.signal);
  caller.abort();
  expect(stop.reason).toBe('canceled');
  expect(new StopSignal(1000, caller.signal).reason).toBe('canceled');
});

test('the first reason stays', () => {
  const caller = new AbortController();
  const stop = new StopSignal(1000, caller.signal);
  vi.advanceTimersByTime(1000);
  caller.abort();
  expect(stop.reason).toBe('timed_out');
});

test('an attempt that is over is stopped by nothing any more', () => {
  const caller = new AbortController();
  const stop = new StopSignal(1000, caller.signal);
  stop.dispose();
  caller.abort();
  vi.advanceTimersByTime(5000);
  expect(stop.signal.aborted).toBe(false);
});

test('work is waited for after the time is up, but not after the caller has given up', async () => {
  const caller = new AbortController();
  const stop = new StopSignal(1000, caller.signal);
  const never = new Promise<void>(() => {});
  let over = false;
  const waiting = stop.unlessGivenUp(never).then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(over).toBe(false);
  await stop.unlessStopped(never);
  caller.abort();
  await waiting;
  expect(over).toBe(true);
});

test('what work fails with is passed on', async () => {
  const stop = new StopSignal(1000, new AbortController().signal);
  await expect(stop.unlessStopped(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});
