import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTraceparent, isSampled, parseTraceparent, traceIdOf } from './traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test('a traceparent is read', () => {
  const context = { traceId: TRACE, spanId: SPAN };
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ ...context, sampled: true });
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)).toEqual({ ...context, sampled: false });
  expect(traceIdOf(`00-${TRACE}-${SPAN}-00`)).toBe(TRACE);
});

test('only the lowest bit of the flags says whether a trace is recorded', () => {
  for (const flags of ['01', '03', '0b', 'ff']) expect(isSampled(`00-${TRACE}-${SPAN}-${flags}`)).toBe(true);
  for (const flags of ['00', '02', '0a', 'fe']) expect(isSampled(`00-${TRACE}-${SPAN}-${flags}`)).toBe(false);
  expect(isSampled(undefined)).toBe(false);
  expect(isSampled('')).toBe(false);
});

test('a later version may say more, and version 00 may not', () => {
  expect(traceIdOf(`01-${TRACE}-${SPAN}-01-more`)).toBe(TRACE);
  expect(traceIdOf(`00-${TRACE}-${SPAN}-01-more`)).toBeUndefined();
});

test.each([
  undefined,
  '',
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01\n`,
])('what is no traceparent is none: %j', (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});

test('what was written is read, and tells the same by its flags alone', () => {
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
  const context = fc
    .record({ traceId: hex(32), spanId: hex(16), sampled: fc.boolean() })
    .filter(({ traceId, spanId }) => /[^0]/.test(traceId) && /[^0]/.test(spanId));
  fc.assert(
    fc.property(context, (given) => {
      const header = formatTraceparent(given);
      expect(parseTraceparent(header)).toEqual(given);
      expect(isSampled(header)).toBe(given.sampled);
    }),
  );
});
