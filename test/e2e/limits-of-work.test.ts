import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';

let up: Installation;
beforeAll(async () => {
  up = await startInstallation();
});
afterAll(() => up?.close());

const submit = (key: string, body: object, signal?: AbortSignal) =>
  fetch(`${up.url}/claude/stream`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

// Before the streams, whose slow jobs keep the workers busy.
describe("the hour's tokens of a tenant", () => {
  it('are charged by the model proxy; once they are used up no more is submitted', async () => {
    const set = await up.gatehouse('limits', 'set', 'pro-tokens-hour', 'tenant=thrifty', '--requests', '100');
    expect(set.code).toBe(0);
    const key = await up.createKey('service-tokens', 'pro', 'thrifty');
    const client = newClient(up.url);
    const send = () =>
      client.send('/claude/invoke', { key, body: { prompt: 'hi' }, headers: { prefer: 'wait=30' } });
    expect([200, 202]).toContain((await send()).status);
    const peek = async () => {
      const { stdout } = await up.gatehouse(
        'limits',
        'peek',
        'budget=tokens',
        'tier=pro',
        'tenant=thrifty',
        '--json',
      );
      return (JSON.parse(stdout) as { state: { used: number } }[])[0]?.state.used ?? 0;
    };
    await until(async () => (await peek()) > 100, 'the tokens are charged', 30_000);
    const refused = await send();
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({ detail: expect.stringContaining('pro-tokens-hour') });
    await client.close();
  });
});

describe('open streams of a client', () => {
  it('are as many as its tier says; one that ends makes room for another', async () => {
    const key = await up.createKey('service-streams', 'free');
    const [first, second] = [new AbortController(), new AbortController()];
    const slow = { prompt: 'stand-in: delay 60s', timeout_s: 120 };
    for (const { signal } of [first, second]) expect((await submit(key, slow, signal)).status).toBe(200);
    const third = await submit(key, slow);
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await third.json()).toMatchObject({
      code: 'rate_limited',
      detail: expect.stringContaining('free-streams allows 2'),
      limit: 'free-streams',
    });
    first.abort();
    await until(
      async () => {
        const left = new AbortController();
        const answer = await submit(key, slow, left.signal);
        left.abort();
        return answer.status === 200;
      },
      'there is room again',
      20_000,
    );
    second.abort();
  });
});
