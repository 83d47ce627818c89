import { expect, test } from 'vitest';
import { graphSummary } from './graph-summary.ts';

test('a graph in words has the newest value and the range of each line, and says what is not known', () => {
  const lines = [
    { label: 'p95', values: [null, 9, 4, 6] },
    { label: 'p50', values: [null, null] },
  ];
  expect(graphSummary('Time to answer', lines, (value) => `${value} s`)).toBe(
    'Time to answer. p95: 6 s now, between 4 s and 9 s. p50: not known.',
  );
});
