import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingTotal } from './growing-total.ts';

const after = (startsAtZero: boolean, ...values: number[]) => {
  const total = new GrowingTotal(startsAtZero);
  for (const value of values) total.add(value);
  return total.total;
};

test('what was counted before is not new', () => expect(after(false, 100, 107)).toBe(7));
test('of a process that has begun since, all is', () => expect(after(true, 100, 107)).toBe(107));
test('a process that begins anew goes on', () => expect(after(false, 100, 107, 3, 5)).toBe(12));

test('it never falls, whatever is told', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), (values) => {
      const total = new GrowingTotal(false);
      let last = 0;
      for (const value of values) {
        total.add(value);
        expect(total.total).toBeGreaterThanOrEqual(last);
        last = total.total;
      }
    }),
  );
});
