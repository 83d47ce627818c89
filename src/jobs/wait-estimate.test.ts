import { expect, test } from 'vitest';
import { estimateWait } from './wait-estimate.ts';

test('the next job is estimated as one run', () => {
  expect(estimateWait(1, 2)).toBe('30-120 seconds');
  expect(estimateWait(undefined, 2)).toBe('30-120 seconds');
});

test('a job further behind waits for the runs before it', () => {
  expect(estimateWait(2, 2)).toBe('30-120 seconds');
  expect(estimateWait(3, 2)).toBe('60-240 seconds');
  expect(estimateWait(10, 1)).toBe('300-1200 seconds');
});
