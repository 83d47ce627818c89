import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rewriting } from './rewriting.ts';

test('what is copied comes from where it stood, what is put from what it stands for', () => {
  const rewriting = new Rewriting('one two three');
  rewriting.copy(0, 4);
  rewriting.put('2 and ', 4, 7);
  rewriting.copy(8, 13);
  const { text, originOf } = rewriting.decoded(0, 13);
  expect(text).toBe('one 2 and three');
  expect([1, 4, 9, 10, 14].map((at) => originOf(at).start)).toEqual([1, 4, 4, 8, 12]);
  expect(originOf(6)).toEqual({ start: 4, end: 7 });
});

test('every place comes from within the source', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.string())),
      (source, pieces) => {
        const rewriting = new Rewriting(source);
        for (const [a, b, put] of pieces) {
          rewriting.copy(a % source.length, b % source.length);
          rewriting.put(put, a % source.length, (a % source.length) + 1);
        }
        const { text, originOf } = rewriting.decoded(0, source.length);
        for (let at = 0; at <= text.length; at += 1) {
          expect(originOf(at).start).toBeGreaterThanOrEqual(0);
          expect(originOf(at).end).toBeLessThanOrEqual(source.length);
        }
      },
    ),
  );
});
