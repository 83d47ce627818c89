import { describe, expect, test } from 'vitest';
import type { Timeline, TraceSpan } from '../../contract.ts';
import { waterfallRows } from './waterfall-rows.ts';

const START = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(START + ms).toISOString();

const RETRIED: Timeline = {
  spans: [
    { kind: 'queued', attempt: 0, from: at(0), to: at(1_000), outcome: null },
    { kind: 'attempt', attempt: 1, from: at(1_000), to: at(3_000), outcome: 'worker_lost' },
    { kind: 'delay', attempt: 1, from: at(3_000), to: at(5_000), outcome: null },
    { kind: 'attempt', attempt: 2, from: at(5_000), to: at(10_000), outcome: 'completed' },
  ],
  marks: [
    { seq: 3, at: at(2_000), attempt: 1, kind: 'tool', label: 'Bash' },
    { seq: 6, at: at(7_500), attempt: 2, kind: 'first_text', label: '' },
  ],
  omittedMarks: 0,
};

test('spans and marks stand in the order of what happened, each at its part of the whole time', () => {
  const rows = waterfallRows(RETRIED, [], at(0), START + 60_000);
  expect(rows.map(({ label, startMs, tookMs, from, to }) => [label, startMs, tookMs, from, to])).toEqual([
    ['waits in the queue', 0, 1_000, 0, 0.1],
    ['attempt 1', 1_000, 2_000, 0.1, 0.3],
    ['tool: Bash', 2_000, undefined, 0.2, 0.2],
    ['waits before attempt 2', 3_000, 2_000, 0.3, 0.5],
    ['attempt 2', 5_000, 5_000, 0.5, 1],
    ['first text', 7_500, undefined, 0.75, 0.75],
  ]);
});

test('what goes on reaches to now', () => {
  const timeline: Timeline = {
    spans: [
      { kind: 'queued', attempt: 0, from: at(0), to: at(1_000), outcome: null },
      { kind: 'attempt', attempt: 1, from: at(1_000), to: null, outcome: null },
    ],
    marks: [],
    omittedMarks: 0,
  };
  expect(waterfallRows(timeline, [], at(0), START + 4_000).at(-1)).toMatchObject({
    ...{ tookMs: 3_000, from: 0.25, to: 1, isOpen: true },
  });
});

test("two machines' clocks that disagree make no negative length", () => {
  const timeline: Timeline = {
    spans: [{ kind: 'queued', attempt: 0, from: at(-50), to: at(-80), outcome: null }],
    marks: [],
    omittedMarks: 0,
  };
  const [row] = waterfallRows(timeline, [], at(0), START);
  expect(row).toMatchObject({ startMs: 0, tookMs: 0, from: 0, to: 0 });
});

describe('with what the trace tells of the attempts', () => {
  const work = (name: string, fromMs: number, toMs: number, more: Partial<TraceSpan> = {}): TraceSpan => ({
    ...{ spanId: `${name} ${fromMs}`, attempt: 1, name, depth: 1, error: null, tokens: null },
    ...{ from: at(fromMs), to: at(toMs), ...more },
  });
  const labels = (traced: TraceSpan[]) =>
    waterfallRows(RETRIED, traced, at(0), START + 60_000).map(({ label, outcome }) => [label, outcome]);

  test('model requests and tools stand below their attempt, in place of their marks', () => {
    const traced = [
      work('worker start', 1_000, 1_200),
      work('chat claude', 1_200, 1_900, { tokens: 1_234 }),
      work('execute_tool Bash', 1_900, 2_500, { error: 'tool_error' }),
    ];
    expect(labels(traced).slice(1, 6)).toEqual([
      ['attempt 1', 'worker_lost'],
      ['worker start', null],
      ['model: claude', '1,234 tokens'],
      ['tool: Bash', 'tool_error'],
      ['waits before attempt 2', null],
    ]);
  });

  test('a tool whose span is not there yet keeps its mark', () => {
    expect(labels([work('chat claude', 1_200, 1_900)]).slice(1, 4)).toEqual([
      ['attempt 1', 'worker_lost'],
      ['model: claude', null],
      ['tool: Bash', null],
    ]);
  });
});
