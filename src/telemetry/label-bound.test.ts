import { expect, it } from 'vitest';
import { createLabelBound } from './label-bound.ts';

it('keeps the first values and counts the rest together', () => {
  const bound = createLabelBound(2);
  expect(['a', 'b', 'c', 'a', 'd'].map(bound)).toEqual(['a', 'b', 'other', 'a', 'other']);
});

it('does not grow with the values that it is asked for', () => {
  const bound = createLabelBound(10);
  const labels = new Set(Array.from({ length: 10_000 }, (_, index) => bound(`value-${index}`)));
  expect(labels.size).toBe(11);
});
