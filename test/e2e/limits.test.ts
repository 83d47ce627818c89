import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';

let up: Installation;
beforeAll(async () => {
  up = await startInstallation();
});
afterAll(async () => {
  await up?.close();
});

const SECONDS_PER_MINUTE = 60;

/** A window of the clock's minute must not end in the middle of a count. */
async function earlyInTheMinute(): Promise<void> {
  await until(() => new Date().getSeconds() < SECONDS_PER_MINUTE - 15, 'the minute is young', 20_000);
}

async function statuses(count: number, send: () => Promise<Answer>): Promise<number[]> {
  const seen: number[] = [];
  for (let sent = 0; sent < count; sent += 1) seen.push((await send()).status);
  return seen;
}

describe('the tier’s limit', () => {
  it('lets a free client submit 10 times a minute, then answers 429 that says when to try again', async () => {
    await earlyInTheMinute();
    const key = await up.createKey('service-free', 'free');
    const client = newClient(up.url);
    const submit = () => client.send('/claude/invoke', { key, body: { prompt: 'hi' } });
    const first = await submit();
    expect(first.headers['x-ratelimit-limit']).toMatch(/^10\b/);
    expect(first.headers['x-ratelimit-remaining']).toBe('9');
    expect(first.headers['ratelimit-policy']).toMatch(
      /^"free-submit-minute";q=10;w=60, "free-submit-hour";q=100;w=3600/,
    );
    expect(first.headers.ratelimit).toMatch(/^"free-submit-minute";r=9;t=\d+/);
    expect(await statuses(9, submit)).toEqual(Array(9).fill(202));

    const limited = await submit();
    expect(limited.status).toBe(429);
    expect(limited.headers['content-type']).toBe('application/problem+json');
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(limited.headers['retry-after'])).toBeLessThanOrEqual(SECONDS_PER_MINUTE);
    expect(limited.headers['x-ratelimit-remaining']).toBe('0');
    expect(limited.headers.ratelimit).toMatch(/^"free-submit-minute";r=0;t=\d+/);
    expect(limited.headers['ratelimit-policy']).toContain('"free-submit-minute";q=10;w=60');
    expect(limited.headers['x-ratelimit-reset']).toBeDefined();
    expect(limited.json()).toMatchObject({
      code: 'rate_limited',
      error: 'Rate limit exceeded',
      requestId: limited.headers['x-request-id'],
      limit: 'free-submit-minute',
      window: SECONDS_PER_MINUTE,
    });
    await client.close();
  });

  it('counts reading apart from submitting, ten times as high', async () => {
    await earlyInTheMinute();
    const key = await up.createKey('service-reader', 'free');
    const client = newClient(up.url);
    const read = () => client.send('/claude/status/00000000-0000-4000-8000-000000000000', { key });
    const seen = await statuses(101, read);
    expect(seen.slice(0, 100)).toEqual(Array(100).fill(404));
    expect(seen[100]).toBe(429);
    expect((await client.send('/claude/invoke', { key, body: { prompt: 'hi' } })).status).toBe(202);
    await client.close();
  });

  it('belongs to the client: two of its keys share it, another tenant’s client of the same name does not', async () => {
    await earlyInTheMinute();
    const keys = [await up.createKey('service-shared', 'free'), await up.createKey('service-shared', 'free')];
    const stranger = await up.createKey('service-shared', 'free', 'other-tenant');
    const client = newClient(up.url);
    let turn = 0;
    const submit = () =>
      client.send('/claude/invoke', { key: keys[turn++ % 2] as string, body: { prompt: 'hi' } });
    const seen = await statuses(11, submit);
    expect(seen).toEqual([...Array(10).fill(202), 429]);
    expect((await client.send('/claude/invoke', { key: stranger, body: { prompt: 'hi' } })).status).toBe(202);
    await client.close();
  });
});

describe('the edge limit', () => {
  it('lets one address submit 20 at once, whoever it is, and answers the rest 429 before authorization', async () => {
    const client = newClient(up.url);
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => client.send('/claude/invoke', { body: { prompt: 'hi' } })),
    );
    const passed = answers.filter(({ status }) => status === 401).length;
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThan(60);
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.headers['retry-after']).toBeDefined();
    expect(limited?.json()).toMatchObject({ code: 'rate_limited', error: 'Rate limit exceeded' });
    await client.close();
  });

  it('leaves reading alone', async () => {
    const client = newClient(up.url);
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => client.send('/claude/status/none', {})),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    await client.close();
  });
});
