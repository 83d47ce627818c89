import { afterEach, describe, expect, it } from 'vitest';
import { newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { startFakeProvider } from '../support/model-provider.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('while Redis is away', () => {
  it('every call is answered 503 with when to come back, and all is as before once it returns', async () => {
    const redis = await startTestRedis();
    closing.push(() => redis.close());
    const up = await startInstallation({ set: [`redis.url=${redis.address.url}`] });
    closing.push(() => up.close());
    const client = newClient(up.url);
    closing.push(() => client.close());
    const invoke = () => client.send('/claude/invoke', { key: up.apiKey, body: { prompt: 'hi' } });
    expect((await invoke()).status).toBe(202);

    await redis.kill();
    await until(async () => (await invoke()).status === 503, 'Redis is missed');
    const away = await invoke();
    expect(away.headers['retry-after']).toBeDefined();
    expect(away.headers['content-type']).toBe('application/problem+json');
    expect(away.json()).toMatchObject({
      code: 'service_unavailable',
      error: 'Service temporarily unavailable',
      retryAfter: expect.any(Number),
    });

    await redis.start();
    await until(async () => (await invoke()).status === 202, 'calls pass again');
    const done = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { prefer: 'wait=30' },
      body: { prompt: 'stand-in: say well again' },
    });
    expect(done.json()).toMatchObject({ state: 'completed', result: { text: 'well again' } });
  });
});

/** A provider that answers every model request with one status and one Anthropic error. */
async function failingProvider(status: number, type: string, message: string): Promise<string> {
  const provider = await startFakeProvider((incoming, response) => {
    incoming.resume();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error: { type, message } }));
  });
  closing.push(() => provider.close());
  return provider.url;
}

async function startWithProvider(baseUrl: string): Promise<Installation> {
  const up = await startInstallation({
    env: { ANTHROPIC_API_KEY: 'sk-ant-of-the-test', ANTHROPIC_BASE_URL: baseUrl },
    set: ['jobs.backoff=100ms'],
  });
  closing.push(() => up.close());
  return up;
}

describe('when the provider fails', () => {
  it.each([
    [529, 'overloaded_error', 'Overloaded', 'provider_overloaded', 2],
    [401, 'authentication_error', 'invalid x-api-key', 'provider_auth', 1],
  ])(
    'with %i, the job fails with the provider’s reason and the api stays up',
    async (status, type, message, code, attempts) => {
      const up = await startWithProvider(await failingProvider(status, type, message));
      expect(up.model).toBe('anthropic');
      const client = newClient(up.url);
      closing.push(() => client.close());
      const answer = await client.send('/claude/invoke', {
        key: up.apiKey,
        headers: { prefer: 'wait=60' },
        body: { prompt: 'hi' },
      });
      expect(answer.json()).toMatchObject({ state: 'failed', attempts, error: { code } });
      expect(JSON.stringify(answer.json().error)).toContain(message);
      expect((await client.send('/health')).status).toBe(200);
      expect(await up.logs()).not.toContain('sk-ant-of-the-test');
    },
  );

  it('by not being there, the job fails as a provider error', async () => {
    const up = await startWithProvider('http://127.0.0.1:1');
    const client = newClient(up.url);
    closing.push(() => client.close());
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { prefer: 'wait=60' },
      body: { prompt: 'hi' },
    });
    expect(answer.json()).toMatchObject({ state: 'failed', error: { code: 'provider_error' } });
  });
});

describe('without bubblewrap', () => {
  it('the run has no tools at all, and up says so loudly', async () => {
    const up = await startInstallation({ set: ['pool.bwrapPath=/nowhere/bwrap'] });
    closing.push(() => up.close());
    expect(up.sandbox).toBe('none');
    expect(up.stderr()).toMatch(/bubblewrap/);
    const client = newClient(up.url);
    closing.push(() => client.close());
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { prefer: 'wait=30' },
      body: { prompt: 'stand-in: bash cat /etc/hostname' },
    });
    expect(answer.json().state).toBe('completed');
    expect(JSON.stringify(answer.json().result)).toMatch(/not offered|no tool/i);
  });
});
