import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LastUsed, trackLastUsed } from './last-used.ts';

let writes: [string, number][][];
let fails: boolean;
let nowMs: number;
let lastUsed: LastUsed;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  writes = [];
  fails = false;
  nowMs = 1_000_000;
  lastUsed = trackLastUsed({
    store: {
      async recordUses(uses) {
        if (fails) throw new Error('away');
        writes.push([...uses]);
      },
    },
    maxKeys: 1_200,
    now: () => nowMs,
  });
});
afterEach(() => void vi.useRealTimers());

async function pass(ms: number): Promise<void> {
  nowMs += ms;
  vi.advanceTimersByTime(ms);
  await new Promise<void>((resolve) => setImmediate(resolve));
}

test('a key that is used all the time is written once a minute', async () => {
  for (let second = 0; second < 180; second += 1) {
    lastUsed.touch('key_1');
    await pass(1_000);
  }
  expect(writes).toEqual([1_000_000, 1_060_000, 1_120_000].map((at) => [['key_1', at]]));
});

test('uses of many keys are written together, so many at once', async () => {
  for (let key = 0; key < 1_100; key += 1) lastUsed.touch(`key_${key}`);
  await pass(5_000);
  expect(writes.map((uses) => uses.length)).toEqual([500, 500, 100]);
});

test('nothing is written where nothing was used', async () => {
  await pass(60_000);
  expect(writes).toEqual([]);
});

test('no more keys are kept track of than there may be, while nothing can be written', async () => {
  fails = true;
  for (let key = 0; key < 5_000; key += 1) lastUsed.touch(`key_${key}`);
  await lastUsed.close();
  fails = false;
  for (let key = 0; key < 5_000; key += 1) lastUsed.touch(`other_${key}`);
  await lastUsed.close();
  expect(writes.flat()).toHaveLength(1_200);
});

test('what is not written yet is written at the end', async () => {
  lastUsed.touch('key_1');
  await lastUsed.close();
  expect(writes).toEqual([[['key_1', 1_000_000]]]);
});
