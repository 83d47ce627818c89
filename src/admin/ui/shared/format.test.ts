import { describe, expect, test } from 'vitest';
import { bytes, compact, day, duration, percent, plural, rate, relative, usd } from './format.ts';

const NOW = Date.UTC(2026, 2, 3, 12);
const at = (ms: number) => new Date(NOW + ms).toISOString();

describe('a figure', () => {
  test.each([
    [duration(0), '0 ms'],
    [duration(0.42), '0.4 ms'],
    [duration(640), '640 ms'],
    [duration(4_210), '4.2 s'],
    [duration(59_000), '59 s'],
    [duration(200_000), '3 min 20 s'],
    [duration(3_600_000), '1 h'],
    [duration(90_000_000), '1 d 1 h'],
    [percent(0), '0 %'],
    [percent(0.0042), '0.42 %'],
    [percent(0.034), '3.4 %'],
    [percent(0.41), '41 %'],
    [usd(0), '$0.00'],
    [usd(0.0132), '$0.0132'],
    [usd(12.3), '$12.30'],
    [bytes(0), '0 B'],
    [bytes(4_312), '4.2 KiB'],
    [bytes(9e7), '85.8 MiB'],
    [compact(9_999), '9,999'],
    [compact(1_140_000), '1.14M'],
    [rate(0), '0'],
    [rate(0.461), '0.46'],
    [rate(120.4), '120'],
    [plural(1, 'job'), '1 job'],
    [plural(2_000, 'job'), '2,000 jobs'],
  ])('%s', (written, expected) => expect(written).toBe(expected));

  test.each([duration, percent, usd, bytes, compact, rate])('that is not known is no zero', (write) => {
    expect(write(null)).toBe('–');
    expect(write(undefined)).toBe('–');
  });
});

describe('a time', () => {
  test.each([
    [-300, 'now'],
    [-6_400, '6 s ago'],
    [-12_000, '12 s ago'],
    [-3_700_000, '1 h ago'],
    [200_000, 'in 3 min'],
    [86_400_000 * 34, 'in 34 d'],
  ])('%i ms from now: %s', (ms, expected) => expect(relative(at(ms), NOW)).toBe(expected));

  test('that is missing is a dash', () => {
    expect(relative(null, NOW)).toBe('–');
    expect(day(undefined)).toBe('–');
  });
});
