import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestedRange } from './range.ts';

const ETAG = '"abc"';

test.each([
  ['bytes=0-0', 0, 0],
  ['bytes=2-4', 2, 4],
  ['bytes=5-', 5, 9],
  ['bytes=-3', 7, 9],
  ['bytes=0-99', 0, 9],
  ['bytes=-99', 0, 9],
])('%s of ten bytes is %i to %i', (range, start, end) => {
  expect(requestedRange({ range }, ETAG, 10)).toEqual({ kind: 'part', start, end });
});

test.each(['bytes=0-1,3-4', 'lines=1-2', 'bytes', 'bytes=', 'bytes=a-b', 'bytes=3-2', 'bytes=-', ''])(
  '%j does not count',
  (range) => {
    expect(requestedRange({ range }, ETAG, 10).kind).not.toBe('part');
  },
);

test.each(['bytes=10-', 'bytes=11-12', 'bytes=-0'])('%s of ten bytes cannot be had', (range) => {
  expect(requestedRange({ range }, ETAG, 10)).toEqual({ kind: 'unsatisfiable' });
});

test('of another version than If-Range has, all is sent', () => {
  const range = 'bytes=0-1';
  expect(requestedRange({ range, 'if-range': '"other"' }, ETAG, 10)).toEqual({ kind: 'whole' });
  expect(requestedRange({ range, 'if-range': `W/${ETAG}` }, ETAG, 10)).toEqual({ kind: 'whole' });
  expect(requestedRange({ range, 'if-range': ETAG }, ETAG, 10)).toMatchObject({ kind: 'part' });
});

test('whatever is asked, a part lies within the file', () => {
  const digits = fc.oneof(fc.constant(''), fc.nat({ max: 20 }).map(String), fc.string());
  fc.assert(
    fc.property(digits, digits, fc.nat({ max: 20 }), (from, to, bytes) => {
      const range = requestedRange({ range: `bytes=${from}-${to}` }, ETAG, bytes);
      if (range.kind !== 'part') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.start).toBeLessThanOrEqual(range.end);
      expect(range.end).toBeLessThan(bytes);
    }),
  );
});
