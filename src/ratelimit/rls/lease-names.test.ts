import { expect, it } from 'vitest';
import { createLeaseNames } from './lease-names.ts';

it('no two names are the same, of one process or of two', () => {
  const [one, two] = [createLeaseNames(), createLeaseNames()];
  const names = Array.from({ length: 2500 }, () => [one(), two()]).flat();
  expect(new Set(names).size).toBe(5000);
});
