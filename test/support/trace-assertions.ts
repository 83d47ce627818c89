import { expect } from 'vitest';
import type { ReceivedSpan } from './otlp/received-span.ts';

/** What the job's record has, to the millisecond; Envoy and the roles read clocks of their own on one machine. */
export const TOLERANCE_MS = 2;

/** One trace, as a tree. */
export class Trace {
  readonly spans: readonly ReceivedSpan[];

  constructor(spans: readonly ReceivedSpan[]) {
    this.spans = spans;
  }

  /** The spans of a name, oldest first. */
  all(name: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name).sort((a, b) => a.startMs - b.startMs);
  }

  /** The one span of a name. */
  one(name: string): ReceivedSpan {
    const found = this.all(name);
    expect(found, `${name} among ${this.spans.map((span) => span.name).join(', ')}`).toHaveLength(1);
    return found[0] as ReceivedSpan;
  }

  parentOf({ parentSpanId }: ReceivedSpan): ReceivedSpan | undefined {
    return this.spans.find(({ spanId }) => spanId === parentSpanId);
  }

  /** From the trace's first span down to this one. */
  pathTo(span: ReceivedSpan): string[] {
    const parent = this.parentOf(span);
    return [...(parent === undefined ? [] : this.pathTo(parent)), `${span.service}: ${span.name}`];
  }
}

/** Every span has its parent in the trace, begins after it, and is over before it; but for the job, which goes on after its submission. */
export function expectConsistent(trace: Trace): void {
  const [root, ...others] = trace.spans.filter((span) => trace.parentOf(span) === undefined);
  expect(
    others.map(({ name }) => name),
    'spans without their parent',
  ).toEqual([]);
  expect(root).toMatchObject({ service: 'gatehouse-envoy', parentSpanId: '' });
  expect(new Set(trace.spans.map(({ spanId }) => spanId)).size).toBe(trace.spans.length);
  for (const span of trace.spans) {
    const parent = trace.parentOf(span);
    const where = trace.pathTo(span).join(' > ');
    expect(span.endMs, `the end of ${where}`).toBeGreaterThanOrEqual(span.startMs);
    if (parent === undefined) continue;
    expect(span.startMs, `the start of ${where}`).toBeGreaterThanOrEqual(parent.startMs - TOLERANCE_MS);
    if (span.name === 'job') continue;
    expect(span.endMs, `the end of ${where}`).toBeLessThanOrEqual(parent.endMs + TOLERANCE_MS);
  }
}

/** What status says of a job. */
export interface JobStatus {
  jobId: string;
  traceId: string;
  attempts: number;
  timings: { createdAt: string; startedAt: string; finishedAt: string; queuedMs: number };
}

/** The names of all spans of a submission whose job ran a tool and made a file. */
export const SPANS_OF_A_JOB = [
  'envoy.service.auth.v3.Authorization/Check',
  'envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit',
  'send jobs',
  'job',
  'queue wait',
  'attempt',
  'worker start',
  'upload artifacts',
];

/** That the trace of a job that completed in one attempt is whole, by the job's own record. @param route of the submission */
export function expectTraceOfJob(trace: Trace, status: JobStatus, route: string): void {
  expectConsistent(trace);
  const request = trace.one(`POST ${route}`);
  const job = trace.one('job');
  const attempt = trace.one('attempt');

  expect(trace.pathTo(request)).toEqual([
    expect.stringMatching(/^gatehouse-envoy: /),
    expect.stringMatching(/^gatehouse-envoy: router api egress/),
    `gatehouse-api: POST ${route}`,
  ]);
  for (const [service, call] of [
    ['authz', 'envoy.service.auth.v3.Authorization/Check'],
    ['ratelimit', 'envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit'],
  ] as const) {
    expect(trace.pathTo(trace.one(call))).toEqual([
      expect.stringMatching(/^gatehouse-envoy: /),
      expect.stringMatching(/^gatehouse-envoy: async .* egress$/),
      `gatehouse-${service}: ${call}`,
    ]);
  }
  expect(trace.parentOf(job)).toBe(trace.one('send jobs'));
  expect(trace.parentOf(trace.one('send jobs'))).toBe(request);
  for (const name of ['queue wait', 'attempt']) expect(trace.parentOf(trace.one(name))).toBe(job);
  for (const name of ['worker start', 'upload artifacts'])
    expect(trace.parentOf(trace.one(name))).toBe(attempt);

  const { createdAt, startedAt, finishedAt, queuedMs } = status.timings;
  const wait = trace.one('queue wait');
  expect([wait.startMs, wait.endMs]).toEqual([Date.parse(createdAt), Date.parse(startedAt)]);
  expect(wait.endMs - wait.startMs).toBe(queuedMs);
  expect([job.startMs, job.endMs]).toEqual([Date.parse(createdAt), Date.parse(finishedAt)]);
  expect([attempt.startMs, attempt.endMs]).toEqual([Date.parse(startedAt), Date.parse(finishedAt)]);
  expect(job.attributes).toMatchObject({
    'gatehouse.job_id': status.jobId,
    'gatehouse.job.state': 'completed',
  });
}
