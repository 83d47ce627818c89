import { expect, test } from 'vitest';
import { parseRoles } from './roles.ts';

test('roles come in the order in which they stop, each once', () => {
  expect(parseRoles(['ratelimit', 'worker', 'api', 'authz', 'api'])).toEqual([
    ...['api', 'worker', 'authz', 'ratelimit'],
  ]);
});

test('an unknown role is named, with those that there are', () => {
  expect(() => parseRoles(['api', 'apis'])).toThrow(
    'There is no role apis: use api, worker, authz, ratelimit, admin.',
  );
});
