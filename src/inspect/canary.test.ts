import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CANARY_BYTES, makeCanary } from './canary.ts';

const canary = makeCanary(Buffer.from('any bytes will do for it, random or not').subarray(0, CANARY_BYTES));
const marker = /: ([a-z]{24})\./.exec(canary.notice)?.[1] as string;
const isFoundIn = (...pieces: string[]) => {
  const watch = canary.watch();
  return pieces.map((piece) => watch.push(piece)).includes(true);
};

describe('the marker is found', () => {
  test.each<[string, string]>([
    ['as it is', marker],
    ['with what stands around it in the system prompt', canary.notice],
    ['in capitals', marker.toUpperCase()],
    ['by its first half', marker.slice(0, 12)],
    ['by its second half', marker.slice(12)],
    ['with spaces between its letters', [...marker].join(' ')],
    ['with hyphens and line breaks', [...marker].join('-\n')],
    ['with zero-width characters', [...marker].join('\u200b')],
    ['in full-width letters', marker.replaceAll(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
    ['reversed', [...marker].reverse().join('')],
    ['in rot13', marker.replaceAll(/./g, (c) => String.fromCharCode(((c.charCodeAt(0) - 84) % 26) + 97))],
    ['in hex', Buffer.from(marker).toString('hex')],
    ['in base64', Buffer.from(marker).toString('base64')],
    [
      'in base64 of all instructions',
      Buffer.from(`You are.\n\n${canary.notice}\nBe brief.`).toString('base64'),
    ],
    [
      'in base64 that is broken into lines',
      Buffer.from(`ab${marker}`).toString('base64').replaceAll(/.{8}/g, '$&\n'),
    ],
  ])('%s', (_, text) => expect(isFoundIn(`Here it is: ${text} - done.`)).toBe(true));

  test('however the text is cut into pieces, also one letter at a time', () => {
    const text = `They read:\n${canary.notice}\n`;
    expect(isFoundIn(...text)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(isFoundIn(...at.slice(1).map((end, index) => text.slice(at[index], end)))).toBe(true);
      }),
    );
  });
});

test('it is not found in what has nothing of it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (pieces) => {
      expect(isFoundIn(...pieces)).toBe(false);
    }),
  );
  expect(isFoundIn(marker.slice(0, 11), ' and ', marker.slice(13))).toBe(false);
});

test('each has a marker of its own', () => {
  const bytes = fc.uint8Array({ minLength: CANARY_BYTES, maxLength: CANARY_BYTES });
  fc.assert(
    fc.property(bytes, (random) => {
      expect(makeCanary(random).watch().push(makeCanary(random).notice)).toBe(true);
    }),
  );
  expect(makeCanary(Buffer.alloc(CANARY_BYTES, 7)).watch().push(canary.notice)).toBe(false);
});
