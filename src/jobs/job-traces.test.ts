import { expect, test } from 'vitest';
import { recordedSpans } from '../../test/support/recorded-spans.ts';
import { createJobTraces } from './job-traces.ts';
import type { StoredJob } from './record.ts';

const at = (seconds: number) => new Date(Date.parse('2026-01-02T03:04:00.000Z') + seconds * 1000);
const ACCEPTED = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const JOB: StoredJob = {
  jobId: '7d0f2c9e-0000-4000-8000-000000000000',
  owner: { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'key_1' },
  state: 'queued',
  attempts: 0,
  handedBack: 0,
  requestId: 'request-1',
  traceparent: `00-${ACCEPTED.traceId}-${ACCEPTED.spanId}-01`,
  createdAt: at(0).toISOString(),
  lastSeq: 1,
};
const RUNNING = { ...JOB, state: 'running', attempts: 1, attemptStartedAt: at(2).toISOString() } as const;

function traced() {
  const { spans, tracer } = recordedSpans();
  return { spans, traces: createJobTraces(tracer) };
}

test('a job, its wait and its attempt have the times of its record, whoever tells them', () => {
  const worker = traced();
  worker.traces.begin(JOB, 1, at(2)).end({ endMs: at(5).getTime() });
  const other = traced();
  other.traces.end(RUNNING, { state: 'completed', at: at(5), attempts: 1 });
  const [job] = other.spans;
  expect(job).toMatchObject({
    name: 'job',
    parentSpanId: ACCEPTED.spanId,
    startMs: at(0).getTime(),
    endMs: at(5).getTime(),
  });
  expect(worker.spans).toMatchObject([
    {
      name: 'queue wait',
      parentSpanId: job?.context.spanId,
      startMs: at(0).getTime(),
      endMs: at(2).getTime(),
    },
    {
      name: 'attempt',
      parentSpanId: job?.context.spanId,
      startMs: at(2).getTime(),
      endMs: at(5).getTime(),
      links: [],
    },
  ]);
});

test('a retry has waited since the attempt before it, to which it has a link', () => {
  const { spans, traces } = traced();
  const retries = [
    { attempt: 1, code: 'provider_overloaded', at: at(5).toISOString(), delayMs: 3000 },
  ] as const;
  traces
    .begin({ ...RUNNING, state: 'queued', queuedAt: at(5).toISOString(), retries: [...retries] }, 2, at(9))
    .end();
  const [wait, attempt] = spans;
  expect(wait).toMatchObject({
    startMs: at(5).getTime(),
    attributes: { 'gatehouse.queue.reason': 'retry', 'gatehouse.queue.delay_ms': 3000 },
  });
  const first = traced();
  const before = first.traces.begin(JOB, 1, at(2));
  expect(attempt?.links).toMatchObject([before.context]);
});

test('a job that its worker handed back says so', () => {
  const { spans, traces } = traced();
  traces.begin({ ...RUNNING, state: 'queued', queuedAt: at(5).toISOString(), handedBack: 1 }, 2, at(6));
  expect(spans).toMatchObject([
    { name: 'queue wait', attributes: { 'gatehouse.queue.reason': 'handed_back' } },
  ]);
});

test('an attempt whose worker was killed is told by the one that takes its job', () => {
  const { spans, traces } = traced();
  traces.begin(RUNNING, 2, at(30));
  expect(spans).toMatchObject([
    {
      name: 'attempt',
      error: 'worker_gone',
      startMs: at(2).getTime(),
      endMs: at(30).getTime(),
      attributes: { 'gatehouse.attempt': 1 },
    },
  ]);
});

test('a job that nobody had has waited until its end', () => {
  const { spans, traces } = traced();
  traces.end(JOB, { state: 'expired', at: at(60), error: 'expired_in_queue', attempts: 0 });
  expect(spans).toMatchObject([
    { name: 'queue wait', endMs: at(60).getTime(), error: 'expired_in_queue' },
    { name: 'job', endMs: at(60).getTime(), error: 'expired_in_queue' },
  ]);
});

test('a job that ends between two attempts has waited for the next one', () => {
  const { spans, traces } = traced();
  const retry = { attempt: 1, code: 'provider_overloaded', at: at(5).toISOString(), delayMs: 3000 } as const;
  const job = { ...RUNNING, state: 'queued', retries: [retry] } as const;
  traces.end({ ...job, retries: [retry] }, { state: 'canceled', at: at(7), error: 'canceled', attempts: 1 });
  expect(spans).toMatchObject([
    {
      name: 'queue wait',
      startMs: at(5).getTime(),
      endMs: at(7).getTime(),
      attributes: { 'gatehouse.queue.reason': 'retry' },
    },
    { name: 'job', error: 'canceled' },
  ]);
});

test('a job without a trace has no spans', () => {
  const { spans, traces } = traced();
  const { traceparent: _, ...job } = JOB;
  traces.begin(job, 1, at(2)).end();
  traces.end(job, { state: 'completed', at: at(5), attempts: 1 });
  expect(spans).toEqual([]);
});
