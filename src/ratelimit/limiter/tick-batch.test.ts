import { setImmediate as nextTick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTickBatch as createBatch, type TickBatchOptions, type TickRun } from './tick-batch.ts';

type RunItems<Item, Result> = (items: readonly Item[], lane: number) => Promise<readonly Result[]>;

function createTickBatch<Item, Result>({
  run,
  ...options
}: Omit<TickBatchOptions<Item, Result>, 'start'> & { run: RunItems<Item, Result> }) {
  const start = (started: TickRun<Item, Result>) => {
    run(started.items, started.lane).then(
      (results) => started.succeed(results),
      (error) => started.fail(error),
    );
  };
  return createBatch({ ...options, start });
}

function recordingBatch(maxSize: number, sizeOf: (item: number) => number = () => 1) {
  const runs: number[][] = [];
  const batch = createTickBatch<number, number>({
    laneOf: () => 0,
    sizeOf,
    maxSize,
    run: async (items) => {
      runs.push([...items]);
      return items.map((item) => item * 10);
    },
  });
  return { runs, batch };
}

describe('a tick batch', () => {
  it('runs all items of one event-loop tick together and gives each its own result', async () => {
    const { runs, batch } = recordingBatch(100);
    expect(await Promise.all([batch(1), batch(2), batch(3)])).toEqual([10, 20, 30]);
    expect(runs).toEqual([[1, 2, 3]]);
  });

  it('takes in items that come later in the same tick', async () => {
    const { runs, batch } = recordingBatch(100);
    const first = batch(1);
    await Promise.resolve();
    await Promise.all([first, batch(2)]);
    expect(runs).toEqual([[1, 2]]);
  });

  it('runs the next tick by itself, without waiting for the one before', async () => {
    const runs: { items: readonly number[]; finish: (results: number[]) => void }[] = [];
    const batch = createTickBatch<number, number>({
      laneOf: () => 0,
      sizeOf: () => 1,
      maxSize: 100,
      run: (items) => new Promise((finish) => runs.push({ items, finish })),
    });
    const first = batch(1);
    await nextTick();
    const second = batch(2);
    await nextTick();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2]]);
    runs[1]?.finish([20]);
    expect(await second).toBe(20);
    runs[0]?.finish([10]);
    expect(await first).toBe(10);
  });

  it('makes several runs of more items than one may have', async () => {
    const { runs, batch } = recordingBatch(2);
    expect(await Promise.all([1, 2, 3, 4, 5].map(batch))).toEqual([10, 20, 30, 40, 50]);
    expect(runs).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('fills runs by the size of items, and gives one that is larger than a run its own', async () => {
    const { runs, batch } = recordingBatch(10, (item) => item);
    await Promise.all([4, 6, 1, 50, 9, 1, 1].map(batch));
    expect(runs).toEqual([[4, 6], [1], [50], [9, 1], [1]]);
  });

  it('fails only the items of the run that failed', async () => {
    const batch = createTickBatch<number, number>({
      laneOf: () => 0,
      sizeOf: () => 1,
      maxSize: 2,
      run: async (items) => {
        if (items.includes(3)) throw new Error('away');
        return items;
      },
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(batch));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });

  it('fails all items of a run that gives too few results', async () => {
    const batch = createTickBatch<number, number>({
      laneOf: () => 0,
      sizeOf: () => 1,
      maxSize: 10,
      run: async () => [1],
    });
    await expect(Promise.all([batch(1), batch(2)])).rejects.toThrow('expected 2 results, got 1');
  });
});

describe('lanes', () => {
  it('are run apart, each up to the most items of a run', async () => {
    const runs: [number, readonly number[]][] = [];
    const batch = createTickBatch<number, number>({
      laneOf: (item) => item % 2,
      sizeOf: () => 1,
      maxSize: 2,
      run: async (items, lane) => {
        runs.push([lane, items]);
        return items;
      },
    });
    expect(await Promise.all([1, 2, 3, 4, 5].map(batch))).toEqual([1, 2, 3, 4, 5]);
    expect(runs).toEqual([
      [1, [1, 3]],
      [0, [2, 4]],
      [1, [5]],
    ]);
  });
});
