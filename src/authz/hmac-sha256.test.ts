import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HmacSha256 } from './hmac-sha256.ts';

const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');

function sign(hmac: HmacSha256, bytes: Uint8Array): string {
  hmac.room(bytes.length).set(bytes);
  return hmac.digest(bytes.length);
}

test.each([
  [
    2,
    Buffer.from('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    6,
    Buffer.alloc(131, 0xaa),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
])('is that of RFC 4231, test case %i', (_, key, text, expected) => {
  expect(sign(new HmacSha256(key), Buffer.from(text))).toBe(base64url(expected));
});

test('is what Node has for any key and bytes, also one after the other', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.uint8Array({ maxLength: 5_000 })),
      (key, texts) => {
        const hmac = new HmacSha256(key);
        for (const bytes of texts) {
          expect(sign(hmac, bytes)).toBe(createHmac('sha256', key).update(bytes).digest('base64url'));
        }
      },
    ),
  );
});
