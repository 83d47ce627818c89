import { expect, test } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { until } from '../../../test/support/until.ts';
import type { EndedSpan } from './span.ts';
import { createSpanQueue } from './span-queue.ts';

const span = { name: 'a span' } as EndedSpan;
const LIMITS = { maxWaiting: 10, maxBatch: 4, delayMs: 1, pauseMs: 1 };

function queueTo(send: (spans: EndedSpan[]) => Promise<void>) {
  const counts = { sent: 0, lost: {} as Record<string, number> };
  const { logger, lines } = recordingLogger();
  const queue = createSpanQueue({
    send,
    onSent: (count) => {
      counts.sent += count;
    },
    onLost: (count, reason) => {
      counts.lost[reason] = (counts.lost[reason] ?? 0) + count;
    },
    logger,
    limits: LIMITS,
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

test('more than may wait are lost and counted, whatever the collector does', async () => {
  const never = new Promise<void>(() => {});
  const { record, counts } = queueTo(() => never);
  record(10_000);
  expect(counts.lost).toEqual({ queue_full: 9_990 });
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
  const hanging = queueTo(() => new Promise(() => {}));
  hanging.record(10);
  await hanging.queue.close(20);
  expect(hanging.counts.lost.export_failed).toBe(10);
  const away = queueTo(() => Promise.reject(new Error('away')));
  away.record(10);
  await away.queue.close(1_000);
  expect(away.counts.lost.export_failed).toBe(10);
});
