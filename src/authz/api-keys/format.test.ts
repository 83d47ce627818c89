import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkApiKey, generateApiKey, generateKeyId } from './format.ts';

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('an API key', () => {
  test('is gatehouse_ and 49 base62 digits', () => {
    expect(generateApiKey(randomBytes)).toMatch(/^gatehouse_[0-9A-Za-z]{49}$/);
  });

  test('is the same for the same random bytes, whatever program makes it', () => {
    expect(generateApiKey(() => Buffer.alloc(32))).toBe(
      'gatehouse_00000000000000000000000000000000000000000002G2s8p',
    );
    expect(generateApiKey(() => Buffer.alloc(32, 255))).toBe(
      'gatehouse_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp13p7P1X',
    );
  });

  test('is always well-formed, and different for different random bytes', () => {
    fc.assert(
      fc.property(secret, secret, (one, other) => {
        const keys = [one, other].map((bytes) => generateApiKey(() => bytes));
        expect(keys.map(checkApiKey)).toEqual(['ok', 'ok']);
        expect(keys[0] === keys[1]).toBe(Buffer.from(one).equals(other));
      }),
    );
  });

  test('with one digit mistyped has a bad checksum', () => {
    fc.assert(
      fc.property(secret, fc.nat({ max: 48 }), fc.constantFrom('0', 'A', 'z'), (bytes, at, digit) => {
        const key = generateApiKey(() => bytes);
        const typo = key.slice(0, 10 + at) + digit + key.slice(11 + at);
        fc.pre(typo !== key);
        expect(checkApiKey(typo)).toBe('bad_checksum');
      }),
    );
  });

  test.each(['', 'gatehouse_', 'x'.repeat(59), `gatehouse_${'-'.repeat(49)}`, `sk-ant_${'0'.repeat(52)}`])(
    '%j is malformed',
    (text) => {
      expect(checkApiKey(text)).toBe('malformed');
    },
  );

  test('with anything before or after it is malformed', () => {
    const key = generateApiKey(randomBytes);
    for (const text of [`${key}0`, ` ${key}`, `${key}\n`, key.slice(0, -1)]) {
      expect(checkApiKey(text)).toBe('malformed');
    }
  });
});

test('a key id is key_ and 16 base32 digits', () => {
  expect(generateKeyId(randomBytes)).toMatch(/^key_[0-9a-v]{16}$/);
  expect(generateKeyId(() => Buffer.alloc(10, 1))).toBe('key_040g2081040g2081');
});
