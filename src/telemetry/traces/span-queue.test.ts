import { expect, test } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { until } from '../../../test/support/until.ts';
import type { EndedSpan } from './span.ts';
import { type BatchBuilder, createSpanQueue } from './span-queue.ts';

const span = { name: 'a span' } as EndedSpan;
const MAX_BATCH = 4;
const LIMITS = { maxWaiting: 3, delayMs: 1, pauseMs: 1 };

function batchesOfFour(): BatchBuilder<EndedSpan[]> {
  let spans: EndedSpan[] = [];
  return {
    add: (added) => spans.push(added) === MAX_BATCH,
    finish() {
      const batch = spans;
      spans = [];
      return batch;
    },
  };
}

function queueTo(send: (spans: EndedSpan[]) => Promise<void>, limits = LIMITS) {
  const counts = { sent: 0, lost: {} as Record<string, number> };
  const { logger, lines } = recordingLogger();
  const queue = createSpanQueue({
    batches: batchesOfFour(),
    send,
    onSent: (count) => {
      counts.sent += count;
    },
    onLost: (count, reason) => {
      counts.lost[reason] = (counts.lost[reason] ?? 0) + count;
    },
    logger,
    limits,
  });
  const record = (count: number) => {
    for (let each = 0; each < count; each += 1) queue.record(span);
  };
  return { queue, record, counts, lines };
}

test('spans go out in batches, one after the other', async () => {
  const batches: number[] = [];
  let running = 0;
  const { record, counts } = queueTo(async (spans) => {
    running += 1;
    expect(running).toBe(1);
    batches.push(spans.length);
    await Promise.resolve();
    running -= 1;
  });
  record(10);
  await until(() => counts.sent === 10, 'all are sent');
  expect(batches).toEqual([4, 4, 2]);
});

test('a full batch goes out at once, what is less waits for more', async () => {
  const batches: number[] = [];
  const send = async (spans: EndedSpan[]) => void batches.push(spans.length);
  const { queue, record } = queueTo(send, { ...LIMITS, delayMs: 60_000 });
  record(1);
  record(4);
  await until(() => batches.length > 0, 'the full one is sent');
  expect(batches).toEqual([4]);
  await queue.close(1_000);
  expect(batches).toEqual([4, 1]);
});

test('what waits behind a batch that is under way is bounded too, and goes out after it', async () => {
  const first = Promise.withResolvers<void>();
  const batches: number[] = [];
  const { record, counts } = queueTo((spans) => {
    batches.push(spans.length);
    return batches.length === 1 ? first.promise : Promise.resolve();
  });
  record(4);
  await until(() => batches.length === 1, 'the first is under way');
  record(100);
  expect(counts.lost).toEqual({ queue_full: 100 - 3 * MAX_BATCH });
  first.resolve();
  await until(() => counts.sent === 16, 'the others follow');
  expect(batches).toEqual([4, 4, 4, 4]);
});

test('more than may wait are lost and counted, whatever the collector does', async () => {
  const never = new Promise<void>(() => {});
  const { record, counts } = queueTo(() => never);
  record(10_000);
  expect(counts.lost).toEqual({ queue_full: 10_000 - 3 * MAX_BATCH });
});

test('a collector that is away is said once, and once that it is back', async () => {
  let isAway = true;
  const { record, counts, lines } = queueTo(async () => {
    if (isAway) throw new Error('connection refused');
  });
  record(10);
  await until(() => counts.lost.export_failed === 10, 'all are lost');
  isAway = false;
  record(3);
  await until(() => counts.sent === 3, 'they get out again');
  expect(lines.map(({ level, code, reason }) => ({ level, code, reason }))).toEqual([
    { level: 'warn', code: 'traces_unavailable', reason: 'connection refused' },
    { level: 'info', code: 'traces_unavailable', reason: undefined },
  ]);
});

test('closing sends what waits', async () => {
  const { queue, record, counts } = queueTo(async () => {});
  record(10);
  await queue.close(1_000);
  expect(counts).toEqual({ sent: 10, lost: {} });
});

test('closing does not wait for a collector that hangs, or is away', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const hanging = queueTo(() => promise);
  hanging.record(10);
  await hanging.queue.close(20);
  // As closing the sender does; it is lost only once.
  reject(new Error('closed'));
  await expect(promise).rejects.toThrow('closed');
  expect(hanging.counts.lost.export_failed).toBe(10);
  const away = queueTo(() => Promise.reject(new Error('away')));
  away.record(10);
  await away.queue.close(1_000);
  expect(away.counts.lost.export_failed).toBe(10);
});
