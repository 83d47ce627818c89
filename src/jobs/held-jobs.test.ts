import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../telemetry/index.ts';
import { HeldJobs } from './held-jobs.ts';
import type { JobQueue } from './queue/queue.ts';

const LEASE_MS = 20_000;
const lease = { jobId: 'a', token: 'token' };
let held: HeldJobs;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  held.close();
  vi.useRealTimers();
});

function holdWith(renew: JobQueue['renew']) {
  held = new HeldJobs({ queue: { renew }, places: 2, leaseMs: LEASE_MS, logger: silentLogger });
  return held.hold(lease, performance.now());
}

test('a job whose lease is prolonged in time goes on', async () => {
  const renewed: string[][] = [];
  const job = holdWith(async (_worker, _places, _leaseMs, leases) => {
    renewed.push(leases.map(({ jobId }) => jobId));
    return [];
  });
  await vi.advanceTimersByTimeAsync(10 * LEASE_MS);
  expect(job.signal.aborted).toBe(false);
  expect(renewed.length).toBeGreaterThan(30);
  expect(renewed.at(-1)).toEqual(['a']);
});

test('a job whose lease is another worker’s is ended', async () => {
  const job = holdWith(async (_worker, _places, _leaseMs, leases) => leases.map(({ jobId }) => jobId));
  await vi.advanceTimersByTimeAsync(LEASE_MS / 2);
  expect(job.signal.reason).toBe('lock lost');
});

test.each([
  ['is not answered', () => new Promise<string[]>(() => {})],
  ['fails', () => Promise.reject(new Error('away'))],
])('where the renewal %s the job is ended before its lease runs out, with time to stop', async (_, renew) => {
  const job = holdWith(renew);
  await vi.advanceTimersByTimeAsync(LEASE_MS / 2);
  expect(job.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(LEASE_MS / 4);
  expect(job.signal.reason).toBe('lock lost');
});

test('there is room until every place is taken, and again when a job is dropped', async () => {
  const first = holdWith(async () => []);
  expect(held.full).toBe(false);
  held.hold({ jobId: 'b', token: 'other' }, performance.now());
  expect(held.full).toBe(true);
  held.drop(first);
  expect(held.full).toBe(false);
});

test('a job that was on its way when all were ended is ended too', () => {
  const first = holdWith(async () => []);
  held.abortAll('closing');
  const late = held.hold({ jobId: 'b', token: 'other' }, performance.now());
  expect([first, late].map(({ signal }) => signal.reason)).toEqual(['closing', 'closing']);
});
