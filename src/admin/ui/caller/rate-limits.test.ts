import { expect, test } from 'vitest';
import { rateLimitsOf, remainingNow, withLimits } from './rate-limits.ts';

const headers = new Headers({
  'ratelimit-policy': '"pro-read-minute";q=600;w=60, "pro-read-hour";q=10000;w=3600',
  ratelimit: '"pro-read-minute";r=599;t=36, "pro-read-hour";r=9999;t=936, "unheard-of";r=1;t=1',
});

test('limits are read from the headers of an answer', () => {
  expect(rateLimitsOf(headers, 1_000)).toEqual([
    { name: 'pro-read-minute', quota: 600, windowS: 60, remaining: 599, resetAtMs: 37_000 },
    { name: 'pro-read-hour', quota: 10_000, windowS: 3_600, remaining: 9_999, resetAtMs: 937_000 },
  ]);
});

test.each([[new Headers()], [new Headers({ ratelimit: 'limit=1, remaining=2' })]])(
  'an answer without them tells none',
  (none) => expect(rateLimitsOf(none, 0)).toEqual([]),
);

test('each limit is as it was told last, and whole when its window is over', () => {
  const first = withLimits(new Map(), rateLimitsOf(headers, 0));
  const later = withLimits(first, [
    { name: 'pro-read-minute', quota: 600, windowS: 60, remaining: 10, resetAtMs: 5_000 },
  ]);
  const minute = later.get('pro-read-minute');
  expect(later.size).toBe(2);
  expect(minute && remainingNow(minute, 4_999)).toBe(10);
  expect(minute && remainingNow(minute, 5_000)).toBe(600);
});
