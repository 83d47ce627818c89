import { expect, it } from 'vitest';
import { parseTimeoutMs } from './timeout.ts';

it.each([
  ['2H', 7_200_000],
  ['3M', 180_000],
  ['4S', 4000],
  ['500m', 500],
  ['1500u', 1.5],
  ['99999999n', 99.999999],
  ['0m', 0],
])('reads %s as %d ms', (text, ms) => {
  expect(parseTimeoutMs(text)).toBeCloseTo(ms, 9);
});

it.each(['', 'm', '5', '5s', '123456789m', '+5m', '5mm', ' 5m', '５m'])(
  'does not take “%s” for a timeout',
  (text) => {
    expect(parseTimeoutMs(text)).toBeUndefined();
  },
);
