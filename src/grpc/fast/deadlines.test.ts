import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadlines, type Expiring } from './deadlines.ts';

let deadlines: Deadlines;
let expired: string[];

beforeEach(() => {
  vi.useFakeTimers();
  deadlines = new Deadlines();
  expired = [];
});
afterEach(() => {
  deadlines.close();
  vi.useRealTimers();
});

function call(name: string, inMs: number, onExpired: () => void = () => {}): Expiring {
  return {
    deadlineMs: performance.now() + inMs,
    deadlinePlace: -1,
    expire() {
      expired.push(name);
      onExpired();
    },
  };
}

test('calls are ended when their deadlines pass, unless they were settled before', () => {
  const settled = call('settled', 10);
  for (const each of [call('late', 30), settled, call('early', 10)]) deadlines.add(each);
  deadlines.delete(settled);
  vi.advanceTimersByTime(20);
  expect(expired).toEqual(['early']);
  vi.advanceTimersByTime(20);
  expect(expired).toEqual(['early', 'late']);
});

test('a call that the end of another settles is not ended', () => {
  const second = call('second', 10);
  const first = call('first', 10, () => deadlines.delete(second));
  for (const each of [first, second, call('third', 10)]) deadlines.add(each);
  vi.advanceTimersByTime(20);
  expect(expired).toEqual(['first', 'third']);
});

test('a call that comes with the end of another is ended in its time', () => {
  deadlines.add(call('first', 10, () => deadlines.add(call('next', 10))));
  vi.advanceTimersByTime(15);
  expect(expired).toEqual(['first']);
  vi.advanceTimersByTime(15);
  expect(expired).toEqual(['first', 'next']);
});
