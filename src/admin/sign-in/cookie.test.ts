import { expect, test } from 'vitest';
import { readSessionCookie, sessionCookie } from './cookie.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['gatehouse_admin=abc', 'abc'],
  ['a=1; gatehouse_admin=abc; b=2', 'abc'],
  ['a=1;gatehouse_admin=abc', 'abc'],
  ['xgatehouse_admin=abc', undefined],
  ['gatehouse_admin', undefined],
  ['=abc', undefined],
])('of %j the session is %j', (header, expected) => {
  expect(readSessionCookie(header)).toBe(expected);
});

test('no script reads it, no other site has it sent, and it ends', () => {
  expect(sessionCookie('abc', Date.UTC(2026, 0, 1), false)).toBe(
    'gatehouse_admin=abc; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT; HttpOnly; SameSite=Strict',
  );
});

test('who came by TLS keeps to it', () => {
  expect(sessionCookie('abc', 0, true)).toMatch(/; Secure$/);
});
