import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStreamPlaces } from './stream-places.ts';

const owner = { tenant: 'acme', client: 'service-a', tier: 'pro' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a place is taken under a name of its own, kept while the stream is open, and let go once', async () => {
  const asked: { hits: number; lease: string }[] = [];
  const ask = async (_entries: unknown, hits: number, lease: string) => {
    asked.push({ hits, lease });
    return { kind: 'passed' as const };
  };
  const places = createStreamPlaces({ ask }, 10);
  const [one, two] = [await places.take(owner), await places.take(owner)];
  expect(asked[0]?.lease).not.toBe(asked[1]?.lease);
  await vi.advanceTimersByTimeAsync(35);
  expect(asked.map(({ hits }) => hits)).toEqual(Array(8).fill(1));
  for (const place of [one, two, one]) if (place.kind === 'open') place.release();
  expect(asked.slice(8).map(({ hits }) => hits)).toEqual([-1, -1]);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveLength(10);
});

test('a refusal is passed on, and nothing is kept', async () => {
  const refusal = { kind: 'limited' as const, problem: Buffer.from('{}'), retryAfterS: 3 };
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return refusal;
  };
  expect(await createStreamPlaces({ ask }, 10).take(owner)).toBe(refusal);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toBe(1);
});
