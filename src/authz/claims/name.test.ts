import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NAME_PATTERN } from '../api-keys/record.ts';
import { nameOf, shortDigest } from './name.ts';

describe('the name of somebody whom an issuer names', () => {
  test.each(['user-789', 'service-a', 'A.b_c-9', 'a'.repeat(64)])('%s stays as it is', (foreign) => {
    expect(nameOf(foreign)).toBe(foreign);
  });

  test.each([
    ['auth0|abc', 'auth0-abc'],
    ['jane@example.com', 'jane-example.com'],
    ['https://example.com/u/7', 'https-example.com-u-7'],
    ['CN=Jane Doe, O=Acme', 'CN-Jane-Doe-O-Acme'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a\r\nx-client-id: admin', 'a-x-client-id-admin'],
    ['用户', 'x'],
    ['-', 'x'],
    ['a'.repeat(65), 'a'.repeat(37)],
  ])('%j becomes what is readable of it and a digest', (foreign, readable) => {
    const name = nameOf(foreign) ?? '';
    expect(name).toMatch(/^.+[.][0-9a-v]{26}$/);
    expect(name.slice(0, -27)).toBe(readable);
  });

  test('that looks like a derived one is derived itself, so that nobody can choose to be another', () => {
    const name = nameOf('auth0|abc') ?? '';
    expect(nameOf(name)).not.toBe(name);
  });

  test.each(['', 'a'.repeat(256), '\ud800'])('does not exist for %j', (foreign) => {
    expect(nameOf(foreign)).toBeUndefined();
  });

  test('is fit for headers, logs and descriptors, and different for different texts', () => {
    const foreign = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' });
    const prefix = fc.constantFrom('', 'partner.', 'a'.repeat(24));
    fc.assert(
      fc.property(foreign, foreign, prefix, (one, other, before) => {
        const names = [one, other].map((text) => nameOf(text, before) ?? '');
        for (const name of names) expect(name).toMatch(NAME_PATTERN);
        expect(names[0] === names[1]).toBe(one === other);
      }),
    );
  });
});

test('a short digest is the first 130 bits of SHA-256 in base32hex', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const hex = createHash('sha256').update(text).digest('hex');
      const first = BigInt(`0x${hex}`) >> 126n;
      expect(shortDigest(text)).toBe(first.toString(32).padStart(26, '0'));
    }),
  );
});
