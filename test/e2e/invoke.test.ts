import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';

let up: Installation;
let client: Client;
beforeAll(async () => {
  up = await startInstallation();
  client = newClient(up.url);
});
afterAll(async () => {
  await client?.close();
  await up?.close();
});

describe('POST /claude/invoke', () => {
  it('answers 202 with a job, which goes from queued through running to completed', async () => {
    const accepted = await client.send('/claude/invoke', {
      key: up.apiKey,
      body: { prompt: 'stand-in: delay 500ms\nstand-in: say The walls are painted.' },
    });
    expect(accepted.status).toBe(202);
    const { jobId, state, statusUrl, estimatedWait } = accepted.json();
    expect(state).toBe('queued');
    expect(statusUrl).toBe(`/claude/status/${jobId}`);
    expect(accepted.headers.location).toBe(statusUrl);
    expect(estimatedWait).toMatch(/^\d+-\d+ seconds$/);

    const seen = new Set<unknown>();
    let last: Record<string, unknown> = {};
    await until(async () => {
      last = (await client.send(String(statusUrl), { key: up.apiKey })).json();
      seen.add(last.state);
      return last.state === 'completed';
    }, 'the job is completed');
    expect(seen).toContain('running');
    expect(last).toMatchObject({
      jobId,
      attempts: 1,
      model: 'stand-in',
      result: { text: 'The walls are painted.' },
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      costUsd: expect.any(Number),
    });
  });

  it('with Prefer: wait gives the result in one call', async () => {
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { prefer: 'wait=30' },
      body: { prompt: 'stand-in: say At once.' },
    });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ state: 'completed', result: { text: 'At once.' } });
  });

  it('says everywhere that the stand-in model answered', async () => {
    expect(up.model).toBe('stand-in');
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { prefer: 'wait=30' },
      body: { prompt: 'Who are you?' },
    });
    expect(answer.headers['x-claude-model']).toBe('stand-in');
    expect(answer.json().model).toBe('stand-in');
    expect(String((answer.json().result as { text: string }).text)).toContain('stand-in');
  });

  it('lets the run write a file with the CLI’s Write tool', async (context) => {
    if (up.sandbox !== 'bubblewrap')
      return context.skip('bubblewrap is not installed, so the CLI has no tools');
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { prefer: 'wait=30' },
      body: { prompt: 'stand-in: write notes.txt hello from the sandbox\nstand-in: bash cat notes.txt' },
    });
    expect(answer.json()).toMatchObject({ state: 'completed' });
    expect(JSON.stringify(answer.json().result)).toContain('hello from the sandbox');
  });

  it('keeps a request id that the caller sent, and returns it as correlation id too', async () => {
    const requestId = randomUUID();
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { 'x-request-id': requestId },
      body: { prompt: 'hello' },
    });
    expect(answer.headers['x-request-id']).toBe(requestId);
    expect(answer.headers['x-correlation-id']).toBe(requestId);
  });
});

describe('POST /claude/stream', () => {
  it('sends the job’s events as they happen, up to the result', async () => {
    const body = JSON.stringify({ prompt: 'stand-in: say First words.' });
    const events = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest(`${up.url}/claude/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': up.apiKey },
      });
      sent.on('response', (response) => {
        expect(response.headers['content-type']).toContain('text/event-stream');
        expect(response.headers['cache-control']).toBe('no-cache');
        expect(response.headers['x-accel-buffering']).toBe('no');
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      });
      sent.on('error', reject);
      sent.end(body);
    });
    expect(events).toMatch(/event: status\n/);
    expect(events).toContain('First words.');
    expect(events).toMatch(/event: result\n/);
  });
});

describe('GET /claude/status', () => {
  it('of an unknown job is 404 Job not found', async () => {
    const answer = await client.send(`/claude/status/${randomUUID()}`, { key: up.apiKey });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'Job not found', code: 'job_not_found' });
  });

  it('of somebody else’s job is 404 Job not found, as if it did not exist', async () => {
    const mine = await client.send('/claude/invoke', { key: up.apiKey, body: { prompt: 'mine' } });
    const stranger = await up.createKey('service-b', 'pro', 'other-tenant');
    const colleague = await up.createKey('service-b', 'pro');
    for (const key of [stranger, colleague]) {
      const answer = await client.send(String(mine.json().statusUrl), { key });
      expect(answer.status).toBe(404);
      expect(answer.json().error).toBe('Job not found');
    }
  });
});
