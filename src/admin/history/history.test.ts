import { expect, test } from 'vitest';
import type { Figures } from '../contract.ts';
import { FigureHistory } from './history.ts';

const STEP_MS = 10_000;
const START_MS = Date.UTC(2026, 0, 1);
const figures = (queueDepth: number | null) => ({ queueDepth }) as Figures;
const take = (history: FigureHistory, values: readonly (number | null | undefined)[]) => {
  for (const [step, value] of values.entries()) {
    if (value !== undefined) history.take(figures(value), START_MS + step * STEP_MS);
  }
};

test('has a value for each step, oldest first, and null where nothing is known', () => {
  const history = new FigureHistory(STEP_MS);
  take(history, [1, null, undefined, 4]);
  expect(history.of(['queueDepth', 'oldestJobMs'], 60)).toEqual({
    ...{ from: '2026-01-01T00:00:00.000Z', stepMs: STEP_MS },
    series: { queueDepth: [1, null, null, 4], oldestJobMs: [null, null, null, null] },
  });
});

test('the last value of a step stands for it', () => {
  const history = new FigureHistory(STEP_MS);
  history.take(figures(1), START_MS);
  history.take(figures(2), START_MS + STEP_MS - 1);
  expect(history.of(['queueDepth'], 60).series.queueDepth).toEqual([2]);
});

test('goes back as far as is asked, and no farther than an hour', () => {
  const history = new FigureHistory(STEP_MS);
  take(
    history,
    Array.from({ length: 1_000 }, (_, at) => at),
  );
  expect(history.of(['queueDepth'], 1)).toEqual({
    ...{ from: new Date(START_MS + 994 * STEP_MS).toISOString(), stepMs: STEP_MS },
    series: { queueDepth: [994, 995, 996, 997, 998, 999] },
  });
  expect(history.of(['queueDepth'], 60).series.queueDepth).toHaveLength(360);
  expect(history.of(['queueDepth'], 600).series.queueDepth?.[0]).toBe(640);
});

test('before anything was taken it is empty', () => {
  expect(new FigureHistory(STEP_MS).of(['queueDepth'], 60).series).toEqual({ queueDepth: [] });
});
