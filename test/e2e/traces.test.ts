import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Client, newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp/receiver.ts';
import {
  expectConsistent,
  expectTraceOfJob,
  type JobStatus,
  SPANS_OF_A_JOB,
  Trace,
} from '../support/trace-assertions.ts';

/** In a prompt, and nowhere in a trace. */
const SECRET = 'the-secret-of-the-prompt';

let receiver: OtlpReceiver;
let up: Installation;
let client: Client;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  up = await startInstallation({
    set: [
      `telemetry.traces.endpoint=${receiver.grpcUrl}`,
      'telemetry.traces.uiUrl=http://jaeger.example:16686',
      'jobs.backoff=300ms',
    ],
  });
  client = newClient(up.url);
});
afterAll(async () => {
  await client?.close();
  await up?.close();
  await receiver?.close();
});

/** Submits a job and waits for its end. */
async function submit(prompt: string, path = '/claude/invoke'): Promise<{ answer: Answer; job: JobStatus }> {
  const answer = await client.send(path, {
    key: up.apiKey,
    headers: { prefer: 'wait=60' },
    body: { prompt },
  });
  const jobId = answer.headers['x-job-id'] ?? '';
  const status = await client.send(`/claude/status/${jobId}?wait=60`, { key: up.apiKey });
  return { answer, job: status.json() as unknown as JobStatus };
}

/** The trace, once it has all these spans and Envoy's own. */
async function traceWith(traceId: string, ...names: string[]): Promise<Trace> {
  const spans = await receiver.trace(traceId, (found) => {
    const have = found.map(({ name }) => name);
    const isEnvoys = found.some(
      ({ service, parentSpanId }) => service === 'gatehouse-envoy' && parentSpanId === '',
    );
    return isEnvoys && names.every((name) => have.filter((each) => each === name).length > 0);
  });
  return new Trace(spans);
}

describe('the trace of a submission', () => {
  it('reaches from the edge to the tools of the run, by the ids and times that status has', async (context) => {
    const { job } = await submit(`${SECRET}\nstand-in: write notes.txt ${SECRET}\nstand-in: say done`);
    expect(job).toMatchObject({ state: 'completed', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const trace = await traceWith(job.traceId, ...SPANS_OF_A_JOB, 'POST /claude/invoke');
    expectTraceOfJob(trace, job, '/claude/invoke');

    const attempt = trace.one('attempt');
    const chats = trace.all('chat claude-sonnet-5-5');
    expect(chats.length).toBeGreaterThan(0);
    for (const chat of chats) {
      expect(trace.parentOf(chat)).toBe(attempt);
      expect(chat.attributes).toMatchObject({
        'gen_ai.operation.name': 'chat',
        'gen_ai.usage.input_tokens': expect.any(Number),
        'gen_ai.usage.output_tokens': expect.any(Number),
        'gen_ai.response.finish_reasons': [expect.any(String)],
        'gatehouse.model.outcome': 'answered',
        'gatehouse.model.tries': 1,
      });
    }
    expect(trace.one('worker start').attributes['gatehouse.worker.origin']).toMatch(/^(cold|warm|reused)$/);
    expect(JSON.stringify(trace.spans)).not.toContain(SECRET);
    if (up.sandbox !== 'bubblewrap')
      return context.skip('bubblewrap is not installed, so the CLI has no tools');
    const tool = trace.one('execute_tool Write');
    expect(trace.parentOf(tool)).toBe(attempt);
    expect(tool.isError).toBe(false);
    expect(trace.one('upload artifacts').attributes).toMatchObject({ 'gatehouse.artifacts.count': 1 });
  });

  it('has a tool that failed as failed', async (context) => {
    if (up.sandbox !== 'bubblewrap')
      return context.skip('bubblewrap is not installed, so the CLI has no tools');
    const { job } = await submit('stand-in: bash exit 3');
    const trace = await traceWith(job.traceId, 'execute_tool Bash', 'job');
    expect(trace.one('execute_tool Bash')).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'tool_failed', 'gen_ai.tool.name': 'Bash' },
    });
  });

  it('has the delivery of events', async () => {
    const { job } = await submit('stand-in: say streamed', '/claude/stream');
    const trace = await traceWith(job.traceId, ...SPANS_OF_A_JOB, 'deliver events', 'POST /claude/stream');
    expectTraceOfJob(trace, job, '/claude/stream');
    const delivery = trace.one('deliver events');
    expect(trace.parentOf(delivery)).toBe(trace.one('POST /claude/stream'));
    expect(delivery.attributes['gatehouse.delivery.events']).toBeGreaterThan(2);
    expect(delivery.endMs).toBeGreaterThanOrEqual(trace.one('job').endMs);
  });

  it('has every attempt at a job, each with a link to the one before, and what it waited for them', async () => {
    const { job } = await submit('stand-in: error 529');
    expect(job).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'provider_overloaded' } });
    const trace = await traceWith(job.traceId, 'job', 'POST /claude/invoke');
    expectConsistent(trace);
    const [first, second, ...more] = trace.all('attempt');
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      isError: true,
      links: [],
      attributes: { 'gatehouse.attempt.outcome': 'retry', 'error.type': 'provider_overloaded' },
    });
    expect(second).toMatchObject({
      isError: true,
      links: [{ traceId: job.traceId, spanId: first?.spanId }],
      attributes: { 'gatehouse.attempt': 2, 'gatehouse.attempt.outcome': 'failed' },
    });
    const [, wait] = trace.all('queue wait');
    expect(wait?.attributes).toMatchObject({
      'gatehouse.queue.reason': 'retry',
      'gatehouse.queue.delay_ms': 300,
    });
    expect(wait?.startMs).toBe(first?.endMs);
    expect(wait?.endMs).toBe(second?.startMs);
    expect(trace.one('job')).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'provider_overloaded' },
    });
    const failed = trace.spans.filter(({ name }) => name.startsWith('chat '));
    expect(failed.length).toBeGreaterThan(1);
    for (const chat of failed)
      expect(chat).toMatchObject({ isError: true, attributes: { 'error.type': 'overloaded' } });
  });

  it('says of a canceled job that it was canceled', async () => {
    const accepted = await client.send('/claude/invoke', {
      key: up.apiKey,
      body: { prompt: 'stand-in: delay 60s' },
    });
    const { jobId } = accepted.json();
    await client.send(`/claude/jobs/${jobId}`, { key: up.apiKey, method: 'DELETE' });
    const { traceId } = (await client.send(`/claude/status/${jobId}`, { key: up.apiKey })).json();
    const trace = await traceWith(String(traceId), 'job', 'queue wait', 'POST /claude/invoke');
    expect(trace.one('job')).toMatchObject({
      isError: true,
      attributes: { 'gatehouse.job.state': 'canceled', 'error.type': 'canceled' },
    });
  });
});

describe('trace ids', () => {
  it.each([
    ['authz', 401, { method: 'POST', body: { prompt: 'hello' } }, '/claude/invoke'],
    ['the api', 404, {}, '/claude/status/none'],
  ] as const)('are in a problem of %s', async (_who, status, call, path) => {
    const key = status === 401 ? {} : { key: up.apiKey };
    const answer = await client.send(path, { ...call, ...key });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('are one for an answer, the log and the access log', async () => {
    const requestId = randomUUID();
    const answer = await client.send('/claude/invoke', {
      headers: { 'x-request-id': requestId },
      body: { prompt: 'hello' },
    });
    const { traceId } = answer.json();
    const trace = await traceWith(String(traceId), 'envoy.service.auth.v3.Authorization/Check');
    expect(trace.one('envoy.service.auth.v3.Authorization/Check').attributes).toMatchObject({
      'gatehouse.decision': 'deny',
      'http.response.status_code': 401,
    });
    const lines = (await up.logs()).split('\n').filter((line) => line.includes(requestId));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ trace_id: traceId });
  });

  it('are shown with a link by `gatehouse jobs show`', async () => {
    const { job } = await submit('stand-in: say shown');
    const url = `http://jaeger.example:16686/trace/${job.traceId}`;
    expect((await up.gatehouse('jobs', 'show', job.jobId)).stdout).toContain(url);
    const { stdout } = await up.gatehouse('jobs', 'show', job.jobId, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ traceId: job.traceId, traceUrl: url });
  });
});
