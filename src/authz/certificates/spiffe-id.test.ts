import { expect, test } from 'vitest';
import { spiffeIdOf } from './spiffe-id.ts';

test('the one URI name of a certificate is its SPIFFE ID', () => {
  expect(spiffeIdOf(['spiffe://example.org/ns/a/sa/b'])).toBe('spiffe://example.org/ns/a/sa/b');
});

test.each([
  ['no URI name', []],
  ['two URI names', ['spiffe://example.org/a', 'spiffe://example.org/b']],
  ['another scheme', ['https://example.org/a']],
  ['no path', ['spiffe://example.org']],
  ['an empty segment', ['spiffe://example.org/a//b']],
  ['a slash at the end', ['spiffe://example.org/a/']],
  ['a segment that climbs', ['spiffe://example.org/a/../b']],
  ['a trust domain in capitals', ['spiffe://Example.org/a']],
  ['a port', ['spiffe://example.org:443/a']],
  ['a query', ['spiffe://example.org/a?b']],
  ['percent-encoding', ['spiffe://example.org/%61']],
  ['more than 2048 bytes', [`spiffe://example.org/${'a'.repeat(2048)}`]],
])('none: %s', (_, uris) => {
  expect(spiffeIdOf(uris)).toBeUndefined();
});
