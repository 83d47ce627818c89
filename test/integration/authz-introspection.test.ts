import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { type CheckClient, openCheckClient } from '../support/check-client.ts';
import { stall, startTestServer, type TestServer } from '../support/issuer.ts';
import { claimsOf, ecSigner, signToken } from '../support/json-web-token.ts';
import { until } from '../support/until.ts';

interface Question {
  form: Record<string, string>;
  authorization: string | undefined;
}

const SECRET = 'a secret: with % and ü';
const nowS = () => Math.floor(Date.now() / 1000);

let dir: string;
let endpoint: TestServer;
let questions: Question[];
let authz: TestAuthz;
let client: CheckClient;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-introspection-'));
  await writeFile(join(dir, 'secret'), `${SECRET}\n`);
  endpoint = await startTestServer(stall);
});
afterAll(async () => {
  await endpoint?.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  questions = [];
});
afterEach(async () => {
  client?.close();
  await authz?.close();
});

async function start(settings: object = {}, ...set: string[]): Promise<void> {
  const introspection = {
    endpoint: `${endpoint.url}/introspect`,
    clientId: 'gatehouse',
    clientSecretFile: join(dir, 'secret'),
    audiences: ['gatehouse'],
    ...settings,
  };
  authz = await startTestAuthz(`identity.introspection=${JSON.stringify(introspection)}`, ...set);
  client = openCheckClient(authz.port);
}

/** The endpoint answers every question so. @param delay resolves when it may */
function answer(body: object | string, delay: Promise<void> = Promise.resolve()): void {
  endpoint.behave(async (request: IncomingMessage, response: ServerResponse) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    questions.push({ form, authorization: request.headers.authorization });
    await delay;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const good = (change: object = {}) => ({
  ...{ active: true, sub: 'user-789', aud: 'gatehouse', exp: nowS() + 3600, scope: 'read', ...change },
});

/** What a request with a token comes to: who it is, or the status and the reason in the log. */
async function send(token: string): Promise<string> {
  const before = authz.lines.length;
  const checked = await client.check({
    method: 'GET',
    path: '/claude/status/1',
    headers: { authorization: `Bearer ${token}` },
  });
  const { client: who, auth_method: method } = checked.dynamic_metadata?.fields ?? {};
  if (checked.status.code === 0) return `${method?.stringValue} ${who?.stringValue}`;
  const line = authz.lines.slice(before).find(({ message }) => message === 'request denied');
  return `${line?.status} ${line?.reason}`;
}

describe('an opaque token', () => {
  test('is asked about once, with our credentials, and then known', async () => {
    await start();
    answer(good());
    expect(await send('opaque-token')).toBe('oauth user-789');
    expect(await send('opaque-token')).toBe('oauth user-789');
    const basic = Buffer.from(`gatehouse:${new URLSearchParams({ s: SECRET }).toString().slice(2)}`);
    expect(questions).toEqual([
      {
        form: { token: 'opaque-token', token_type_hint: 'access_token' },
        authorization: `Basic ${basic.toString('base64')}`,
      },
    ]);
  });

  test('is asked about with our credentials in the body, where the configuration says so', async () => {
    await start({ clientAuthentication: 'post' });
    answer(good());
    await send('opaque-token');
    expect(questions).toMatchObject([
      { form: { client_id: 'gatehouse', client_secret: SECRET }, authorization: undefined },
    ]);
  });

  test('that comes many times at once is asked about once', async () => {
    await start();
    let release = () => {};
    answer(
      good(),
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const sent = Array.from({ length: 30 }, () => send('opaque-token'));
    await until(() => questions.length > 0, 'it is asked about');
    release();
    expect(new Set(await Promise.all(sent))).toEqual(new Set(['oauth user-789']));
    expect(questions).toHaveLength(1);
  });

  test.each([[], ['identity.apiKeys.enabled=false']])(
    'is no API key: none goes to the endpoint, with %j',
    async (...set) => {
      await start({}, ...set);
      answer(good());
      const { key } = await authz.keys((keys) => keys.createKey({ client: 'service-a' }));
      const isOn = set.length === 0;
      expect(await send(key)).toBe(isOn ? 'api_key service-a' : '401 malformed');
      expect(await send(`${key.slice(0, -1)}!`)).toBe('401 malformed');
      expect(questions).toEqual([]);
    },
  );

  test('that is not active is refused, and not asked about again for a while', async () => {
    await start({ cache: { negativeTtl: '1h' } });
    answer({ active: false });
    for (let time = 0; time < 3; time += 1) expect(await send('revoked')).toBe('401 token_inactive');
    expect(questions).toHaveLength(1);
  });

  test('is asked about again when what is known is too old', async () => {
    await start({ cache: { maxTtl: '100ms', negativeTtl: '0ms' } });
    answer(good());
    expect(await send('opaque-token')).toBe('oauth user-789');
    answer({ active: false });
    await until(async () => (await send('opaque-token')) === '401 token_inactive', 'it counts no more');
    answer(good());
    expect(await send('opaque-token')).toBe('oauth user-789');
  });

  test.each([
    ['token_audience', { aud: 'other' }],
    ['token_claims', { aud: undefined }],
    ['token_claims', { sub: undefined }],
    ['token_claims', { exp: '1' }],
    ['token_claims', { cnf: { jkt: 'of some key' } }],
    ['token_expired', { exp: nowS() - 60 }],
    ['token_not_yet_valid', { nbf: nowS() + 600 }],
    ['token_type', { token_type: 'refresh_token' }],
    ['token_type', { token_use: 'refresh_token' }],
    ['token_type', { typ: 'Refresh' }],
    ['tier_not_configured', { permissions: { rate_limit_tier: 'platinum' } }],
  ])('is refused as %s with %j', async (reason, change) => {
    await start({ leeway: '0s' });
    answer(good(change));
    expect(await send('opaque-token')).toBe(`401 ${reason}`);
  });

  test('is refused when another issuer made it, where the configuration names one', async () => {
    await start({ issuer: 'https://issuer.example' });
    answer(good());
    expect(await send('opaque-token')).toBe('401 token_issuer');
    answer(good({ iss: 'https://issuer.example' }));
    expect(await send('another-token')).toBe('oauth user-789');
  });

  test('may be for anybody, where the configuration says so', async () => {
    await start({ audiences: 'any' });
    answer(good({ aud: undefined }));
    expect(await send('opaque-token')).toBe('oauth user-789');
  });

  test.each([
    ['too long', 'a'.repeat(9_000)],
    ['no token', 'a"b'],
  ])('is not asked about when it is %s', async (_, token) => {
    await start();
    answer(good());
    expect(await send(token)).toBe('401 token_malformed');
    expect(questions).toEqual([]);
  });
});

describe('who takes a token', () => {
  test('is told by its form and issuer', async () => {
    const key = ecSigner('one');
    await writeFile(join(dir, 'keys'), JSON.stringify({ keys: [key.jwk] }));
    const issuer = {
      issuer: 'https://issuer.example',
      audiences: ['gatehouse'],
      algorithms: ['ES256'],
      jwksFile: join(dir, 'keys'),
    };
    await start({}, `identity.jwt.issuers=${JSON.stringify([issuer])}`);
    answer(good({ sub: 'introspected' }));
    const { key: apiKey } = await authz.keys((keys) => keys.createKey({ client: 'service-a' }));
    expect(await send(apiKey)).toBe('api_key service-a');
    expect(await send(signToken(key, claimsOf('https://issuer.example')))).toBe('jwt user-789');
    expect(questions).toEqual([]);
    expect(await send(signToken(key, claimsOf('https://issuer.example', { aud: 'other' })))).toBe(
      '401 token_audience',
    );
    expect(questions).toEqual([]);
    expect(await send(signToken(key, claimsOf('https://other.example')))).toBe('oauth introspected');
    expect(await send('a.b.c')).toBe('oauth introspected');
    expect(await send('opaque')).toBe('oauth introspected');
    expect(questions).toHaveLength(3);
  });
});

describe('when the endpoint fails, requests are 503 and nothing passes', () => {
  test.each([
    ['is slow', stall],
    ['answers with an error', (_, response) => response.writeHead(500).end()],
    ['does not know us', (_, response) => response.writeHead(401).end()],
    ['redirects', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['answers with something else', (_, response) => response.end('<html>')],
    ['does not say whether it is active', (_, response) => response.end('{"sub":"admin"}')],
    ['says active in a text', (_, response) => response.end('{"active":"true","sub":"admin"}')],
    ['says active twice', (_, response) => response.end('{"active":false,"active":true}')],
    [
      'answers with far too much',
      (_, response) => response.end(`{"active":true,"x":"${'x'.repeat(70_000)}"}`),
    ],
  ] satisfies [string, Parameters<TestServer['behave']>[0]][])('since it %s', async (_, behaviour) => {
    await start({ timeout: '300ms' });
    endpoint.behave(behaviour);
    expect(await send('opaque-token')).toBe('503 introspection_unavailable');
    expect(authz.lines.filter(({ code }) => code === 'introspection_unavailable')).toHaveLength(1);
    answer(good());
    expect(await send('opaque-token')).toBe('oauth user-789');
  });

  test('since it is away; what is known goes on to count', async () => {
    await start();
    answer(good());
    expect(await send('known-token')).toBe('oauth user-789');
    await endpoint.stop();
    expect(await send('unknown-token')).toBe('503 introspection_unavailable');
    expect(await send('known-token')).toBe('oauth user-789');
    await endpoint.start();
    await until(async () => (await send('unknown-token')) === 'oauth user-789', 'it is asked again');
  });

  test('without asking, once it has failed often; then it is tried again', async () => {
    await start({ breaker: { minRequests: 3, resetAfter: '1s' } });
    let asked = 0;
    endpoint.behave((_, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    for (let token = 0; token < 20; token += 1) {
      expect(await send(`token-${token}`)).toBe('503 introspection_unavailable');
    }
    expect(asked).toBeLessThan(20);
    answer(good());
    await until(async () => (await send('opaque-token')) === 'oauth user-789', 'it is tried again');
    const states = authz.lines
      .filter(({ code }) => code === 'introspection_breaker')
      .map(({ reason }) => reason);
    expect(states).toEqual(['open', 'half_open', 'closed']);
  });

  test('but not for all, when it cannot read the tokens of one', async () => {
    await start({ breaker: { minRequests: 1, errorPercentage: 1 } });
    endpoint.behave((_, response) => response.writeHead(400).end());
    for (let token = 0; token < 10; token += 1) {
      expect(await send(`token-${token}`)).toBe('503 introspection_unavailable');
    }
    answer(good());
    expect(await send('opaque-token')).toBe('oauth user-789');
  });

  test('when too many questions are open', async () => {
    await start({ maxConcurrent: 2, timeout: '30s' });
    let release = () => {};
    answer(
      good(),
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const waiting = [send('token-1'), send('token-2')];
    await until(() => questions.length === 2, 'two are asked about');
    expect(await send('token-3')).toBe('503 introspection_unavailable');
    release();
    expect(await Promise.all(waiting)).toEqual(['oauth user-789', 'oauth user-789']);
    expect(await send('token-3')).toBe('oauth user-789');
  });

  test('and it is counted', async () => {
    await start();
    endpoint.behave((_, response) => response.writeHead(500).end());
    await send('opaque-token');
    answer({ active: false });
    await send('revoked-token');
    const metrics = await (await fetch(`http://127.0.0.1:${authz.httpPort}/metrics`)).text();
    expect(metrics).toContain('gatehouse_authz_introspections_total{outcome="failed"} 1');
    expect(metrics).toContain('gatehouse_authz_introspections_total{outcome="bad"} 1');
    expect(metrics).toContain('gatehouse_authz_held_entries{held="bad_opaque_tokens"} 1');
  });
});

describe('authz does not start', () => {
  test.each([
    ['is not there', 'missing', undefined, 'cannot be read'],
    ['is empty', 'empty', '\n', 'is empty'],
  ])('when the client secret %s', async (_, name, content, reason) => {
    if (content !== undefined) await writeFile(join(dir, name), content);
    await expect(start({ clientSecretFile: join(dir, name) })).rejects.toMatchObject({
      code: 'invalid_introspection_file',
      message: expect.stringMatching(
        new RegExp(`identity.introspection.clientSecretFile.*${name}.*${reason}`),
      ),
    });
  });
});

test('no token and no secret is logged', async () => {
  await start();
  answer(good({ sub: 7 }));
  await send('the-token-itself');
  endpoint.behave((_, response) => response.writeHead(500).end());
  await send('the-token-itself-2');
  const log = JSON.stringify(authz.lines);
  expect(log).not.toContain('the-token-itself');
  expect(log).not.toContain('a secret');
});
