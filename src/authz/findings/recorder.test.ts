import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import type { Finding } from './finding.ts';
import { createFindingRecorder } from './recorder.ts';

const finding = (digest: string) => ({ digest }) as Finding;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(add: (findings: readonly Finding[]) => Promise<void>, maxAtOnce = 50) {
  const unrecorded: unknown[] = [];
  const { logger, lines } = recordingLogger();
  const recorder = createFindingRecorder({
    store: { add },
    onUnrecorded: (...args) => unrecorded.push(args),
    logger,
    maxAtOnce,
  });
  return { recorder, unrecorded, lines };
}

test('what comes together is written together, a while later', async () => {
  const written: string[][] = [];
  const { recorder } = start(async (findings) => void written.push(findings.map(({ digest }) => digest)));
  recorder.record(finding('a'));
  recorder.record(finding('b'));
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written).toEqual([['a', 'b']]);
  recorder.record(finding('c'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written).toEqual([['a', 'b'], ['c']]);
});

test('under an attack some are written, and how many are not is counted', async () => {
  let written = 0;
  const { recorder, unrecorded } = start(async (findings) => {
    written += findings.length;
  }, 3);
  for (let count = 0; count < 10; count += 1) recorder.record(finding('a'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect([written, unrecorded.length]).toEqual([3, 7]);
  expect(unrecorded[0]).toEqual(['too_many', 1]);
  recorder.record(finding('b'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written).toBe(4);
});

test('a store that is away fails nothing: it is counted, and logged now and then', async () => {
  const { recorder, unrecorded, lines } = start(() => Promise.reject(new Error('Connection is closed.')));
  for (let count = 0; count < 3; count += 1) {
    recorder.record(finding('a'));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(unrecorded).toEqual([
    ['store', 1],
    ['store', 1],
    ['store', 1],
  ]);
  expect(lines).toMatchObject([{ level: 'error', code: 'store_unavailable', count: 1 }]);
});

test('what is left is written when it closes', async () => {
  const written: string[] = [];
  const { recorder } = start(async (findings) => void written.push(...findings.map(({ digest }) => digest)));
  recorder.record(finding('a'));
  await recorder.close();
  expect(written).toEqual(['a']);
});

test('with a store that is slow all writes are over when it is closed, and what is held is bounded', async () => {
  const slow = Promise.withResolvers<void>();
  const written: string[] = [];
  let writes = 0;
  const { recorder, unrecorded } = start(async (findings) => {
    writes += 1;
    if (writes === 1) await slow.promise;
    written.push(...findings.map(({ digest }) => digest));
  }, 2);
  for (const digest of ['a', 'b', 'c', 'd']) {
    recorder.record(finding(digest));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  let isClosed = false;
  const closed = recorder.close().then(() => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isClosed).toBe(false);
  slow.resolve();
  await closed;
  expect(written).toEqual(['a', 'b', 'c']);
  expect(unrecorded).toEqual([['too_many', 1]]);
});
