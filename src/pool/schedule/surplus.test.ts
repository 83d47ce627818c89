import fc from 'fast-check';
import { expect, test } from 'vitest';
import { surplus, type Waiting } from './surplus.ts';

const limits = { max: 4, target: 1, keepMs: 60_000, ageMs: 3_600_000, nowMs: 10_000_000 };
const fresh = (waitedMs: number): Waiting => ({
  served: undefined,
  startedAtMs: limits.nowMs - waitedMs,
  idleSinceMs: limits.nowMs - waitedMs,
});
const used = (waitedMs: number): Waiting => ({ ...fresh(waitedMs), served: {} });

test('those that are wanted soon stay, and as many as the target for as long as it takes', () => {
  expect(surplus([fresh(1_000_000), used(1_000)], limits)).toEqual([]);
});

test('one that is not needed goes when nobody has wanted it for a while', () => {
  const [old, young] = [fresh(70_000), fresh(1_000)];
  expect(surplus([old, young], limits)).toEqual([old]);
  const unused = used(70_000);
  expect(surplus([unused, young], limits)).toEqual([unused]);
});

test('one that is too old goes though it is needed', () => {
  const old = fresh(3_600_000);
  expect(surplus([old], limits)).toEqual([old]);
});

test('where there are too many, used ones go first, and of them the one that has waited longest', () => {
  const [a, b, c] = [used(3_000), used(2_000), fresh(9_000)];
  expect(surplus([c, b, a], { ...limits, max: 2 })).toEqual([a]);
  expect(surplus([c, b, a], { ...limits, max: 1 })).toEqual([a, b]);
});

test('whatever waits, no more than the maximum is left, and the target is not undercut but for age', () => {
  const waiting = fc.record({
    served: fc.option(fc.constant({}), { nil: undefined }),
    idleSinceMs: fc.integer({ min: 0, max: limits.nowMs }),
    startedAtMs: fc.integer({ min: 0, max: limits.nowMs }),
  });
  fc.assert(
    fc.property(fc.array(waiting), fc.nat(6), fc.nat(6), (workers, a, b) => {
      const [target, max] = a < b ? [a, b] : [b, a];
      const going = surplus(workers, { ...limits, max, target });
      const left = workers.filter((worker) => !going.includes(worker));
      expect(left.length).toBeLessThanOrEqual(max);
      expect(new Set(going).size).toBe(going.length);
      const isYoung = ({ startedAtMs }: Waiting) => limits.nowMs - startedAtMs < limits.ageMs;
      const youngFresh = workers.filter((worker) => worker.served === undefined && isYoung(worker));
      const leftFresh = left.filter(({ served }) => served === undefined);
      expect(leftFresh.length).toBeGreaterThanOrEqual(Math.min(target, youngFresh.length));
    }),
  );
});
