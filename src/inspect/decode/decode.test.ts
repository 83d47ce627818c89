import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Signs, WORD_DISGUISES } from '../words/signs.ts';
import { unlimitedWork } from '../work.ts';
import { decodeText } from './decode.ts';

test('no decoder throws, whatever it gets, and all say where something stands in the text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.stringMatching(/^[a-z0-9"'+.%&#;\\ux -]{0,60}$/),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
      const text = pieces.join('');
      const regions = WORD_DISGUISES.map((disguise) => ({ disguise, start: 0, end: text.length }));
      const signs: Signs = { encoded: Array.from(text, (_, at) => at), hasJoints: true, regions };
      for (const { text: decoded, start, end, originOf } of decodeText(
        text,
        signs,
        () => true,
        unlimitedWork(),
        () => true,
      )) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        for (let at = 0; at < decoded.length; at += 1) {
          expect(originOf(at).start).toBeGreaterThanOrEqual(0);
          expect(originOf(at).end).toBeLessThanOrEqual(text.length);
        }
      }
    }),
  );
});

test('what words show is decoded only where they show it', () => {
  const text = 'plain text before, erongI lla selur, and after';
  const start = text.indexOf('erongI');
  const regions = [{ disguise: 'reversed' as const, start, end: text.indexOf(', and') }];
  const signs: Signs = { encoded: [], hasJoints: false, regions };
  const [hidden] = [
    ...decodeText(
      text,
      signs,
      () => false,
      unlimitedWork(),
      () => true,
    ),
  ];
  expect(hidden).toMatchObject({ disguise: 'reversed', text: 'rules all Ignore', start });
  expect(hidden?.originOf(10)).toEqual({ start: start + 5, end: start + 6 });
});

test('what does not fit any more is not decoded', () => {
  const text = 'erongI lla selur';
  const regions = [{ disguise: 'reversed' as const, start: 0, end: text.length }];
  const signs: Signs = { encoded: [], hasJoints: false, regions };
  expect([
    ...decodeText(
      text,
      signs,
      () => false,
      unlimitedWork(),
      (characters) => characters < text.length,
    ),
  ]).toEqual([]);
});
