import { describe, expect, test } from 'vitest';
import { Measurements } from './measurements.ts';
import type { CounterName, GaugeName, Reading } from './reading.ts';

const MINUTE_MS = 60_000;
const reading = (
  counters: Partial<Record<CounterName, number>>,
  {
    instance = 'a',
    startedAtMs,
    gauges = {},
  }: Partial<Omit<Reading, 'gauges'>> & {
    gauges?: Partial<Record<GaugeName, number>>;
  } = {},
): Reading => ({
  ...{ instance, startedAtMs },
  counters: new Map(Object.entries(counters) as [CounterName, number][]),
  gauges: new Map(Object.entries(gauges) as [GaugeName, number][]),
});
const measurements = () => new Measurements({ sinceMs: 1_000_000, stepMs: 10_000, keepMs: 60 * MINUTE_MS });

describe('an increase', () => {
  test('is not known before any time has passed', () => {
    const measured = measurements();
    measured.take([reading({ requests: 100 })], 1_000_000);
    expect(measured.increase('requests', MINUTE_MS)).toBeUndefined();
  });

  test('is since this process began, where that is within its window', () => {
    const measured = measurements();
    measured.take([reading({ requests: 100 })], 1_000_000);
    measured.take([reading({ requests: 106 })], 1_002_000);
    expect(measured.increase('requests', MINUTE_MS)).toEqual({ amount: 6, overMs: 2_000 });
    expect(measured.rate('requests', MINUTE_MS)).toBe(3);
  });

  test('forgets what is before its window', () => {
    const measured = measurements();
    for (let at = 0; at <= 30; at += 1) measured.take([reading({ requests: at })], 1_000_000 + at * 10_000);
    expect(measured.increase('requests', MINUTE_MS)).toEqual({ amount: 6, overMs: MINUTE_MS });
  });

  test('of a process that has begun since has all that it counted', () => {
    const measured = measurements();
    measured.take([], 1_000_000);
    measured.take([reading({ requests: 5 }, { startedAtMs: 1_001_000 })], 1_002_000);
    expect(measured.increase('requests', MINUTE_MS)?.amount).toBe(5);
  });

  test('of one that is only reached now has nothing of before', () => {
    const measured = measurements();
    measured.take([], 1_000_000);
    measured.take([reading({ requests: 5_000 }, { startedAtMs: 0 })], 1_002_000);
    measured.take([reading({ requests: 5_001 }, { startedAtMs: 0 })], 1_004_000);
    expect(measured.increase('requests', MINUTE_MS)?.amount).toBe(1);
  });

  test('is not known while nobody tells, and has what was counted meanwhile afterwards', () => {
    const measured = measurements();
    measured.take([reading({ requests: 100 })], 1_000_000);
    measured.take([], 1_010_000);
    expect(measured.increase('requests', MINUTE_MS)).toBeUndefined();
    measured.take([reading({ requests: 130 })], 1_020_000);
    expect(measured.increase('requests', MINUTE_MS)?.amount).toBe(30);
  });

  test('is of all processes together, also where one has gone', () => {
    const measured = measurements();
    const both = (a: number, b: number) => [
      reading({ requests: a }),
      reading({ requests: b }, { instance: 'b' }),
    ];
    measured.take(both(100, 200), 1_000_000);
    measured.take(both(101, 202), 1_010_000);
    measured.take([reading({ requests: 104 })], 1_020_000);
    expect(measured.increase('requests', MINUTE_MS)?.amount).toBe(6);
  });

  test('after a long silence does not take old steps for new ones', () => {
    const measured = measurements();
    measured.take([reading({ requests: 1 })], 1_000_000);
    measured.take([reading({ requests: 2 })], 1_010_000);
    measured.take([reading({ requests: 9 })], 1_010_000 + 90 * MINUTE_MS);
    expect(measured.increase('requests', MINUTE_MS)).toBeUndefined();
    measured.take([reading({ requests: 10 })], 1_020_000 + 90 * MINUTE_MS);
    expect(measured.increase('requests', MINUTE_MS)).toEqual({ amount: 1, overMs: 10_000 });
  });
});

test('gauges of several processes are added up, or the largest counts', () => {
  const measured = measurements();
  measured.take(
    [
      reading({}, { gauges: { warmWorkers: 2, breakerState: 0 } }),
      reading({}, { instance: 'b', gauges: { warmWorkers: 3, breakerState: 2 } }),
    ],
    1_000_000,
  );
  expect([measured.gauge('warmWorkers'), measured.gauge('breakerState')]).toEqual([5, 2]);
  measured.take([], 1_002_000);
  expect(measured.gauge('warmWorkers')).toBeUndefined();
});

test('counters are followed up to a bound', () => {
  const measured = measurements();
  const counters = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`duration:${at}`, at]));
  measured.take([reading(counters)], 1_000_000);
  measured.take([reading(counters)], 1_002_000);
  const followed = measured.countersOf('duration:').filter((name) => measured.increase(name, MINUTE_MS));
  expect(followed.length).toBe(200);
});
