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

test('of any other text it says what the grammar says', () => {
  const isHex = (text: string | undefined, length: number) =>
    text?.length === length && [...text].every((character) => '0123456789abcdef'.includes(character));
  const isId = (text: string | undefined, length: number) => isHex(text, length) && Number(`0x${text}`) > 0;
  const isOne = (header: string) => {
    const [version, trace, span, flags, ...more] = header.split('-');
    if (version === 'ff' || (version === '00' && more.length > 0)) return false;
    return isHex(version, 2) && isId(trace, 32) && isId(span, 16) && isHex(flags, 2);
  };
  const changes = fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...'0afgAF-\u0660\u0161')), { maxLength: 3 });
  const headers = fc
    .record({
      version: fc.constantFrom('00', '01', 'ff'),
      rest: fc.constantFrom('', '-', '-more', 'more'),
      changes,
    })
    .map(({ version, rest, changes }) => {
      const characters = [...`${version}-${TRACE}-${SPAN}-01${rest}`];
      for (const [at, character] of changes) characters[Math.min(at, characters.length)] = character;
      return characters.join('');
    });
  fc.assert(
    fc.property(headers, (header) => {
      expect(parseTraceparent(header) !== undefined).toBe(isOne(header));
    }),
    { numRuns: 2_000 },
  );
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
