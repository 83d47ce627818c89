import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeSecret } from './secret.ts';

const bytes = randomBytes(32);

describe('a secret in a file', () => {
  test('is its bytes, without a line break at its end', () => {
    const text = Buffer.from('a secret of which nobody knows');
    for (const end of ['', '\n', '\r\n']) {
      expect(decodeSecret(Buffer.concat([text, Buffer.from(end)]), 'text')).toEqual(text);
    }
    expect(decodeSecret(Buffer.concat([bytes, Buffer.from('\n\n')]), 'text')).toHaveLength(33);
  });

  test.each(['hex', 'base64url'] as const)('can be written as %s', (encoding) => {
    expect(decodeSecret(Buffer.from(`${bytes.toString(encoding)}\n`), encoding)).toEqual(bytes);
  });

  test.each([
    ['hex', 'not hex'],
    ['hex', 'abc'],
    ['base64url', 'a+b/'],
  ] as const)('is not %s when it is %j', (encoding, text) => {
    expect(() => decodeSecret(Buffer.from(text), encoding)).toThrow(`it is not ${encoding}`);
  });

  test.each(['a'.repeat(64), 'abababab'.repeat(8), '1234567'.repeat(9)])(
    'can be guessed when it is %s',
    (text) => {
      expect(() => decodeSecret(Buffer.from(text), 'text')).toThrow('can be guessed');
    },
  );
});
