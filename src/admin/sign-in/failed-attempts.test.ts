import { expect, test } from 'vitest';
import { createFailedAttempts } from './failed-attempts.ts';

test('after so many wrong ones an address waits out its minute, and no other does', () => {
  let nowMs = 0;
  const attempts = createFailedAttempts(3, () => nowMs);
  for (let count = 0; count < 3; count += 1) {
    expect(attempts.waitS('10.0.0.1')).toBe(0);
    attempts.failed('10.0.0.1');
  }
  nowMs = 30_000;
  expect(attempts.waitS('10.0.0.1')).toBe(30);
  expect(attempts.waitS('10.0.0.2')).toBe(0);
  nowMs = 60_000;
  expect(attempts.waitS('10.0.0.1')).toBe(0);
  attempts.failed('10.0.0.1');
  expect(attempts.waitS('10.0.0.1')).toBe(0);
});

test('addresses are remembered up to a bound', () => {
  const attempts = createFailedAttempts(1, () => 0);
  for (let address = 0; address <= 10_000; address += 1) attempts.failed(String(address));
  expect([attempts.waitS('0'), attempts.waitS('1'), attempts.waitS('10000')]).toEqual([0, 60, 60]);
});
