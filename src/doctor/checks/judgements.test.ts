import { describe, expect, test } from 'vitest';
import { judgeSkew } from './clock.ts';
import { judgeRoom } from './disk.ts';
import { judgeMemory } from './memory.ts';
import { judgePersistence } from './redis-persistence.ts';

const MIB = 2 ** 20;

describe('what Redis keeps', () => {
  const info = (...lines: string[]) => `# Persistence\r\n${lines.join('\r\n')}\r\n`;

  test.each([
    ['an append-only file', ['aof_enabled:1', 'aof_last_write_status:ok'], 'ok', 'append-only'],
    ['snapshots alone', ['aof_enabled:0', 'rdb_last_bgsave_status:ok'], 'limited', 'Set appendonly yes'],
    ['a full disk', ['aof_enabled:1', 'aof_last_write_status:err'], 'wrong', 'its disk is full'],
    ['a failed snapshot', ['aof_enabled:0', 'rdb_last_bgsave_status:err'], 'wrong', 'its disk is full'],
  ])('%s', (_what, lines, state, detail) => {
    expect(judgePersistence(info(...lines))).toEqual({ state, detail: expect.stringContaining(detail) });
  });
});

test.each([
  [0, 'ok', '0 ms ahead of'],
  [-999, 'ok', '999 ms behind'],
  [1_000, 'limited', 'NTP'],
  [-29_999, 'limited', 'NTP'],
  [30_000, 'wrong', 'NTP'],
])('a clock of Redis that is %i ms off is %s', (skew, state, detail) => {
  expect(judgeSkew(skew, 30_000)).toEqual({ state, detail: expect.stringContaining(detail) });
});

test.each([
  [100, 'wrong', '--data-dir'],
  [300, 'limited', 'may take 1024'],
  [5_000, 'ok', '5000 MiB free'],
])('a disk with %i MiB free is %s', (free, state, detail) => {
  expect(judgeRoom(free * MIB, 1_024 * MIB, '/data')).toEqual({
    state,
    detail: expect.stringContaining(detail),
  });
});

test.each([
  [700 + 380, 1, 'ok', 'for 1 workers'],
  [700 + 2 * 380 - 1, 2, 'limited', 'set pool.workers to 1'],
  [700 + 4 * 380, 8, 'limited', 'set pool.workers to 4'],
  [512, 2, 'limited', 'set pool.workers to 1'],
])('%i MiB of memory for %i workers are %s', (mib, workers, state, detail) => {
  expect(judgeMemory(mib * MIB, workers)).toEqual({ state, detail: expect.stringContaining(detail) });
});
