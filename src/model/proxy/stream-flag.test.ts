import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createStreamFlag } from './stream-flag.ts';

function flagOf(text: string, chunkBytes = text.length): boolean {
  const bytes = Buffer.from(text);
  const flag = createStreamFlag();
  for (let at = 0; at < bytes.length; at += chunkBytes) flag.push(bytes.subarray(at, at + chunkBytes));
  return flag.value();
}

it('finds in any JSON object, cut anywhere, what a JSON parser finds', () => {
  const names = fc.constantFrom('stream', 'streams', 'strea', 'model', '', '"stream":true', 'stream"', '\\');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.boolean(),
      fc.constantFrom(null, 'true', '{"stream":true}', '\\"stream":true'),
      fc.string(),
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(names, value, { maxKeys: 6 }),
      fc.constantFrom(0, 2),
      fc.integer({ min: 1, max: 20 }),
      (object, indent, chunkBytes) => {
        const text = JSON.stringify(object, null, indent);
        expect(flagOf(text, chunkBytes)).toBe(object.stream === true);
      },
    ),
    { numRuns: 1_000 },
  );
});

it.each([
  ['{"stream": true}', true],
  ['{"messages":[{"stream":true}],"stream":false}', false],
  ['{"messages":[{"role":"user","content":"\\"stream\\": true"}]}', false],
  ['["stream",true]', false],
  ['', false],
  ['not json "stream": true', false],
])('%s: %s', (text, expected) => {
  expect(flagOf(text)).toBe(expected);
});
