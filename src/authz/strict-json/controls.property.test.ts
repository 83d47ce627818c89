import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasControls } from './controls.ts';

const byte = fc.oneof(
  fc.constantFrom(0x00, 0x1f, 0x20, 0x21, 0x7f, 0x80, 0x9f, 0xa0, 0xff),
  fc.integer({ min: 0x20, max: 0xff }),
);

test('finds a control character wherever it is, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), fc.nat(3), (values, offset) => {
      const bytes = Buffer.from([...Array(offset).fill(0), ...values]).subarray(offset);
      expect(hasControls(bytes)).toBe(values.some((value) => value < 0x20));
    }),
  );
});
