import { expect, test } from 'vitest';
import { countsByUserNamespace } from './resource-limits.ts';

test.each([
  ['4.19.0', false],
  ['5.4.0-150-generic', false],
  ['5.13.19', false],
  ['5.14.0', true],
  ['5.15.167.4-microsoft-standard-WSL2', true],
  ['6.18.44', true],
])('whether Linux %s counts processes by user namespace: %s', (release, counts) => {
  expect(countsByUserNamespace(release)).toBe(counts);
});
