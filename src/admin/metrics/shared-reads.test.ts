import { expect, test } from 'vitest';
import { shareReads } from './shared-reads.ts';

function start() {
  const asked: { source: string; answer: PromiseWithResolvers<string> }[] = [];
  const clock = { nowMs: 0 };
  const read = shareReads<string, string>(
    (source) => {
      const answer = Promise.withResolvers<string>();
      asked.push({ source, answer });
      return answer.promise;
    },
    1_000,
    () => clock.nowMs,
  );
  return { asked, clock, read };
}

test('who asks while an answer is on its way gets that one, however long it takes', async () => {
  const { asked, clock, read } = start();
  const first = read('api');
  clock.nowMs = 4_000;
  const second = read('api');
  asked[0]?.answer.resolve('a');
  expect(await Promise.all([first, second])).toEqual(['a', 'a']);
  expect(asked).toHaveLength(1);
});

test('an answer is given again until it is too old', async () => {
  const { asked, clock, read } = start();
  const first = read('api');
  asked[0]?.answer.resolve('a');
  await first;
  clock.nowMs = 999;
  expect(await read('api')).toBe('a');
  clock.nowMs = 1_000;
  const next = read('api');
  asked[1]?.answer.resolve('b');
  expect(await next).toBe('b');
});

test('that it failed is told as well, and asked anew later', async () => {
  const { asked, clock, read } = start();
  const first = read('api');
  asked[0]?.answer.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await expect(read('api')).rejects.toThrow('away');
  clock.nowMs = 1_000;
  const next = read('api');
  asked[1]?.answer.resolve('back');
  expect(await next).toBe('back');
});

test('each source is asked by itself', () => {
  const { asked, read } = start();
  void read('api');
  void read('worker');
  expect(asked.map(({ source }) => source)).toEqual(['api', 'worker']);
});
