import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeBase64url } from './base64url.ts';

test('bytes are written in base64url as Node writes them, and nothing beside', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(5), fc.nat(100), (bytes, at, most) => {
      const length = Math.min(most, bytes.length);
      const expected = Buffer.from(bytes.subarray(0, length)).toString('base64url');
      const to = Buffer.alloc(200, '.');
      const end = writeBase64url(to, at, bytes, length);
      expect(to.toString('latin1', 0, end + 5)).toBe(`${'.'.repeat(at)}${expected}.....`);
    }),
  );
});
