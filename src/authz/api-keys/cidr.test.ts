import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressMatcher, isCidr } from './cidr.ts';

describe('a CIDR block is', () => {
  test.each([
    '10.0.0.0/8',
    '0.0.0.0/0',
    '192.0.2.7',
    '192.0.2.7/32',
    '2001:db8::/32',
    '::/0',
    '::1',
    '::1/128',
  ])('%s', (text) => expect(isCidr(text)).toBe(true));

  test.each([
    ...['', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129'],
    ...[
      'example.com',
      '10.0.0.0-10.0.0.9',
      ' 10.0.0.0/8',
      '10.0.0.256',
      '[::1]/128',
      'fe80::1%eth0',
      '010.0.0.1',
    ],
  ])('not %j', (text) => {
    expect(isCidr(text)).toBe(false);
    expect(() => addressMatcher([text])).toThrow(RangeError);
  });
});

describe('an address lies in', () => {
  test.each([
    ['10.1.2.3', ['10.0.0.0/8']],
    ['10.1.2.3', ['192.0.2.0/24', '10.1.2.3']],
    ['2001:db8::1', ['2001:db8::/32']],
    ['2001:DB8:0:0::1', ['2001:db8::1']],
    // A dual-stack socket shows IPv4 callers so.
    ['::ffff:10.1.2.3', ['10.0.0.0/8']],
    ['::ffff:a01:203', ['10.0.0.0/8']],
    ['fe80::1%eth0', ['fe80::/10']],
    ['203.0.113.9', ['0.0.0.0/0']],
  ])('%s: %j', (address, blocks) => {
    expect(addressMatcher(blocks)(address)).toBe(true);
  });

  test.each([
    ['11.0.0.1', ['10.0.0.0/8']],
    ['2001:db9::1', ['2001:db8::/32']],
    ['10.1.2.3', ['::/0']],
    ['2001:db8::1', ['0.0.0.0/0']],
    ['::ffff:10.1.2.3', ['::/0']],
    ['', ['0.0.0.0/0', '::/0']],
    ['unix:@/var/run/x', ['0.0.0.0/0', '::/0']],
    ['10.1.2.3', []],
  ])('but %s not in %j', (address, blocks) => {
    expect(addressMatcher(blocks)(address)).toBe(false);
  });

  test('its own block of any length, and in none that differs in its first bit', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 1, max: 32 }), (number, bits) => {
        const text = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
        const matches = addressMatcher([`${text(number)}/${bits}`]);
        expect(matches(text(number))).toBe(true);
        expect(matches(text((number ^ 0x80000000) >>> 0))).toBe(false);
      }),
    );
  });
});
