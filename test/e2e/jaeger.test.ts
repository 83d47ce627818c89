import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobTrace } from '../../src/admin/contract.ts';
import { type Client, newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { traceFromJaeger, whyNoJaeger } from '../support/jaeger.ts';
import {
  expectConsistent,
  expectTraceOfJob,
  type JobStatus,
  SPANS_OF_A_JOB,
  Trace,
} from '../support/trace-assertions.ts';
import { until } from '../support/until.ts';

const missing = whyNoJaeger();

let up: Installation | undefined;
let client: Client;

async function start(...set: string[]): Promise<void> {
  if (missing !== undefined) return;
  up = await startInstallation({ set: ['telemetry.jaeger=embedded', 'jobs.backoff=300ms', ...set] });
  client = newClient(up.url);
}

async function stop(): Promise<void> {
  await client?.close();
  await up?.close();
  up = undefined;
}

beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});

/** Runs a job to its end. */
async function submit(prompt: string): Promise<JobStatus> {
  const key = up?.apiKey ?? '';
  const accepted = await client.send('/claude/invoke', { key, body: { prompt } });
  const { jobId } = accepted.json();
  return (await client.send(`/claude/status/${jobId}?wait=60`, { key })).json() as unknown as JobStatus;
}

async function traceOf(traceId: string, ...names: string[]): Promise<Trace> {
  const spans = await traceFromJaeger(up?.jaegerUrl ?? '', traceId, (found) =>
    names.every((name) => found.some((span) => span.name === name)),
  );
  return new Trace(spans);
}

describe('Jaeger that `up` runs', () => {
  beforeAll(() => start());
  afterAll(stop);

  it('gives a whole trace of a job back, as status has it', async () => {
    const job = await submit('stand-in: write notes.txt hello\nstand-in: say done');
    expect(job).toMatchObject({ state: 'completed' });
    const trace = await traceOf(job.traceId, 'ingress', 'POST /claude/invoke', ...SPANS_OF_A_JOB);
    expectTraceOfJob(trace, job, '/claude/invoke');
  });

  it("has the dashboard's waterfall show model requests and tools", async () => {
    const job = await submit('stand-in: write notes.txt hello\nstand-in: say done');
    let trace: JobTrace | undefined;
    await until(async () => {
      const answer = await fetch(`${up?.adminUrl}/api/jobs/${job.jobId}/trace`, {
        headers: { authorization: `Bearer ${up?.adminToken}` },
      });
      trace = (await answer.json()) as JobTrace;
      return trace.spans.some(({ name }) => name === 'execute_tool Write');
    }, 'the trace is read');
    expect(trace).toMatchObject({ state: 'read', reason: null, omittedSpans: 0 });
    expect(trace?.spans.find(({ name }) => name.startsWith('chat '))).toMatchObject({
      ...{ attempt: 1, depth: 1, error: null, tokens: expect.any(Number) },
    });
  });

  it('gives the attempts at a job that failed back, with their links', async () => {
    const job = await submit('stand-in: error 529');
    expect(job).toMatchObject({ state: 'failed', attempts: 2 });
    const trace = await traceOf(job.traceId, 'ingress', 'POST /claude/invoke', 'job');
    expectConsistent(trace);
    const [first, second] = trace.all('attempt');
    expect(second?.links).toEqual([{ traceId: job.traceId, spanId: first?.spanId }]);
    expect([first?.isError, second?.isError]).toEqual([true, true]);
  });

  it('is where the link of `gatehouse jobs show` leads', async () => {
    const job = await submit('stand-in: say shown');
    await traceOf(job.traceId, 'job');
    const { stdout } = (await up?.gatehouse('jobs', 'show', job.jobId, '--json')) ?? { stdout: '' };
    const { traceUrl } = JSON.parse(stdout) as { traceUrl: string };
    expect(traceUrl).toBe(`${up?.jaegerUrl}/api/traces/${job.traceId}`);
    expect((await fetch(traceUrl)).status).toBe(200);
  });
});

describe("Jaeger's own format", () => {
  beforeAll(() => start('telemetry.traces.exporter=jaeger'));
  afterAll(stop);

  it("carries the roles' spans beside Envoy's by OTLP", async () => {
    const job = await submit('stand-in: say thrift');
    const trace = await traceOf(job.traceId, 'ingress', 'POST /claude/invoke', ...SPANS_OF_A_JOB);
    expectTraceOfJob(trace, job, '/claude/invoke');
  });
});
