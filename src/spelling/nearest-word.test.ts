import { expect, it } from 'vitest';
import { nearestWord } from './nearest-word.ts';

it.each([
  ['unti', ['unit', 'name'], 'unit'],
  ['retentoin', ['retention', 'attempts'], 'retention'],
  ['wonderful', ['unit', 'name'], undefined],
  ['x', ['unit', 'of'], undefined],
  ['u', ['us'], 'us'],
  ['anything', [], undefined],
  ['u'.repeat(65), ['u'.repeat(64)], undefined],
])('%s among %j is taken for %s', (wrong, valid, nearest) => {
  expect(nearestWord(wrong, valid)).toBe(nearest);
});
