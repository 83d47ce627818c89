import { expect, test } from 'vitest';
import { attemptSpans } from './attempt-spans.ts';
import type { StoredSpan } from './jaeger.ts';

const JOB = 'job-1';

function span(spanId: string, parentSpanId: string | undefined, more: Partial<StoredSpan> = {}): StoredSpan {
  return {
    ...{ spanId, parentSpanId, service: 'gatehouse-worker', name: spanId, startMs: 0, endMs: 5 },
    ...{ tags: new Map(), ...more },
  };
}
const attempt = (spanId: string, number: number, jobId = JOB) =>
  span(spanId, 'job', {
    name: 'attempt',
    tags: new Map<string, unknown>([
      ['gatehouse.job_id', jobId],
      ['gatehouse.attempt', number],
    ]),
  });

test('what an attempt did is told, with its tokens and why it failed, in the order of its start', () => {
  const tokens = new Map([
    ['gen_ai.usage.input_tokens', 40],
    ['gen_ai.usage.output_tokens', 2],
  ]);
  const failed = new Map<string, unknown>([
    ['error', true],
    ['error.type', 'tool_error'],
  ]);
  const { spans } = attemptSpans(JOB, [
    span('execute_tool Bash', 'a2', { startMs: 30, endMs: 40, tags: failed }),
    span('chat m', 'a2', { startMs: 10, endMs: 20, tags: tokens }),
    span('part of it', 'chat m', { startMs: 12 }),
    attempt('a2', 2),
  ]);
  expect(spans).toMatchObject([
    { name: 'chat m', attempt: 2, depth: 1, from: '1970-01-01T00:00:00.010Z', error: null, tokens: 42 },
    { name: 'part of it', attempt: 2, depth: 2, tokens: null },
    { name: 'execute_tool Bash', to: '1970-01-01T00:00:00.040Z', error: 'tool_error' },
  ]);
});

test.each([
  ['another job of the same trace did', [attempt('a1', 1, 'job-2'), span('chat m', 'a1')]],
  ['another service did', [attempt('a1', 1), span('select', 'a1', { service: 'shop' })]],
  ['is no part of an attempt', [attempt('a1', 1), span('ingress', undefined)]],
])('what %s is left out', (_what, stored) => {
  expect(attemptSpans(JOB, stored)).toEqual({ spans: [], omittedSpans: 0 });
});

test('a span that is stored as part of itself is told once', () => {
  const { spans } = attemptSpans(JOB, [attempt('a1', 1), span('x', 'a1'), span('x', 'x')]);
  expect(spans).toHaveLength(1);
});

test('of very many the first are told, and how many more there are', () => {
  const many = Array.from({ length: 310 }, (_, at) => span(`chat ${at}`, 'a1', { startMs: at }));
  const { spans, omittedSpans } = attemptSpans(JOB, [attempt('a1', 1), ...many]);
  expect([spans.length, spans.at(-1)?.name, omittedSpans]).toEqual([300, 'chat 299', 10]);
});
