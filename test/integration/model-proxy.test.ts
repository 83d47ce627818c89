import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AttemptContext,
  type ModelProxy,
  type ModelProxyOptions,
  type ModelSession,
  openProvider,
  type Provider,
  startModelProxy,
} from '../../src/model/index.ts';
import { type Logger, silentLogger } from '../../src/telemetry/index.ts';
import {
  attemptContext,
  type FakeProvider,
  messageDelta,
  messageRequest,
  messageStart,
  startFakeProvider,
  workerOf,
  writeEvents,
} from '../support/model-provider.ts';
import { modelConfig } from '../support/model-settings.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { until } from '../support/until.ts';

const KEY = 'sk-ant-api03-only-the-proxy-knows-this';
const MIB = 2 ** 20;

let folder: string;
let socketPath: string;
let upstream: FakeProvider | undefined;
let provider: Provider | undefined;
let proxy: ModelProxy | undefined;
let worker: ReturnType<typeof workerOf>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-model-'));
  socketPath = join(folder, 'model.sock');
});

afterEach(async () => {
  await worker?.close();
  await proxy?.close();
  await provider?.close();
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
  upstream = provider = proxy = undefined;
});

interface Setup {
  baseUrl?: string;
  env?: NodeJS.ProcessEnv;
  logger?: Logger;
  uid?: number;
  limits?: Partial<ModelProxyOptions['limits']>;
  /** Settings of config.model. */
  model?: Record<string, unknown>;
  attempt?: Partial<AttemptContext>;
}

/** A provider that answers as told, the proxy in front of it, and a worker that may ask. */
async function setUp(answer: RequestListener, setup: Setup = {}): Promise<ModelSession> {
  upstream = await startFakeProvider(answer);
  const baseUrl = setup.baseUrl ?? upstream.url;
  const config = modelConfig({ provider: 'anthropic', baseUrl, ...setup.model });
  provider = await openProvider(config, setup.env ?? { ANTHROPIC_API_KEY: KEY }, silentLogger);
  proxy = await startModelProxy({
    provider,
    socketPath,
    uid: setup.uid,
    logger: setup.logger ?? silentLogger,
    limits: { requestTimeoutMs: 10_000, idleTimeoutMs: 5_000, ...setup.limits },
  });
  worker = workerOf(socketPath);
  return proxy.begin(attemptContext(setup.attempt));
}

const answerOk: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"model":"some-model","usage":{"input_tokens":3,"output_tokens":4}}');
};

/** The refusal as Anthropic's API gives it. */
function refusal(type: string, message: string): string {
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' });
}

describe('credentials', () => {
  it("replaces the worker's credential by the provider's key", async () => {
    await setUp(answerOk);
    const { body } = await worker.send({
      headers: {
        'x-api-key': 'placeholder',
        authorization: 'Bearer placeholder',
        cookie: 'session=1',
        'x-other-key': 'placeholder',
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'a,b',
        'x-stainless-retry-count': '0',
      },
    });
    await body.dump();
    const { headers } = upstream?.requests[0] ?? {};
    expect(headers).toMatchObject({
      'x-api-key': KEY,
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a,b',
      'x-stainless-retry-count': '0',
      'accept-encoding': 'identity',
    });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('cookie');
    expect(JSON.stringify(headers)).not.toContain('placeholder');
  });

  it('sends ANTHROPIC_AUTH_TOKEN as a bearer token', async () => {
    await setUp(answerOk, { env: { ANTHROPIC_AUTH_TOKEN: 'gateway-token' } });
    await (await worker.send()).body.dump();
    expect(upstream?.requests[0]?.headers.authorization).toBe('Bearer gateway-token');
    expect(upstream?.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it("keeps the key out of everything that reaches the worker's side, and out of logs and failures", async () => {
    const { logger, lines } = recordingLogger();
    const prompt = 'a prompt nobody may log';
    const session = await setUp(
      (request, response) => {
        request.resume();
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(refusal('authentication_error', `invalid x-api-key ${KEY}: ${prompt}`));
      },
      { logger },
    );
    const answer = await worker.send({ body: messageRequest({ system: prompt }) });
    await answer.body.dump();
    await until(() => session.lastError() !== undefined, 'the failure is recorded');
    expect(JSON.stringify(answer.headers)).not.toContain(KEY);
    expect(session.lastError()?.message).toBe(`invalid x-api-key [key]: ${prompt}`);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain('authentication_error');
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${KEY}|${prompt}|placeholder`));
    expect(JSON.stringify(provider)).not.toContain(KEY);
  });
});

describe('paths', () => {
  it.each([
    ['GET', '/v1/messages'],
    ['POST', '/v1/models'],
    ['POST', '/v1/messages/'],
    ['POST', '/v1/messages/batches'],
    ['POST', '/v1/%6dessages'],
    ['POST', '//v1/messages'],
    ['POST', '/v1/messages/../files'],
    ['HEAD', '/api/hello'],
  ] as const)('answers %s %s with 404 and asks nobody', async (method, path) => {
    await setUp(answerOk);
    const answer = await worker.send({ method, path, body: null });
    expect(answer.statusCode).toBe(404);
    await answer.body.dump();
    expect(upstream?.requests).toHaveLength(0);
  });

  it('passes both calls of the Messages API on, with no other query than its own, below the path of the base URL', async () => {
    const fake = await startFakeProvider(answerOk);
    await setUp(answerOk, { baseUrl: `${fake.url}/anthropic/` });
    for (const path of ['/v1/messages?beta=true', '/v1/messages/count_tokens', '/v1/messages?x=y']) {
      await (await worker.send({ path })).body.dump();
    }
    expect(fake.requests.map(({ url }) => url)).toEqual([
      '/anthropic/v1/messages?beta=true',
      '/anthropic/v1/messages/count_tokens',
      '/anthropic/v1/messages',
    ]);
    await fake.close();
  });
});

describe('what a run may ask for', () => {
  const attempt = { model: 'sonnet', maxTokens: 500, permissions: { allowedModels: ['sonnet'] } };
  const model = 'claude-sonnet-5-5';

  it.each([
    ['another model', { model: 'claude-opus-5-5' }, 403, 'permission_error', 'model_not_allowed'],
    [
      'a tool that the provider runs',
      { model, tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      400,
      'invalid_request_error',
      'refused',
    ],
    ['what the proxy does not know', { model, speed: 'fast' }, 400, 'invalid_request_error', 'refused'],
    ['no limit for the answer', { model, max_tokens: undefined }, 400, 'invalid_request_error', 'refused'],
  ])(
    'is not %s: the provider is not asked, and nobody is to ask again',
    async (_, members, status, type, kind) => {
      const { logger, lines } = recordingLogger();
      const session = await setUp(answerOk, { attempt, logger });
      const answer = await worker.send({ body: messageRequest(members) });
      expect([answer.statusCode, answer.headers['x-should-retry']]).toEqual([status, 'false']);
      expect(await answer.body.json()).toMatchObject({ type: 'error', error: { type } });
      expect(upstream?.requests).toHaveLength(0);
      expect(session.lastError()).toMatchObject({ kind });
      expect(lines).toMatchObject([{ level: 'warn', code: 'model_request_refused', tenant: 'acme' }]);
    },
  );

  it.each(['/v1/messages', '/v1/messages/count_tokens'])('holds for %s too', async (path) => {
    await setUp(answerOk, { attempt });
    const answer = await worker.send({ path, body: messageRequest({ model: 'claude-opus-5-5' }) });
    expect(answer.statusCode).toBe(403);
    await answer.body.dump();
    expect(upstream?.requests).toHaveLength(0);
  });

  it('is no longer an answer than its job allows', async () => {
    await setUp(answerOk, { attempt });
    await (await worker.send({ body: messageRequest({ model, max_tokens: 64_000 }) })).body.dump();
    expect(JSON.parse(upstream?.bodies[0] ?? '')).toMatchObject({ model, max_tokens: 500 });
  });

  it('is sent as it was read: a second value for a name cannot get past', async () => {
    await setUp(answerOk, { attempt });
    const twice = messageRequest({ model }).replace('{', '{"model":"claude-opus-5-5","max_tokens":64000,');
    await (await worker.send({ body: twice })).body.dump();
    expect(upstream?.bodies[0]?.match(/"model"/g)).toHaveLength(1);
    expect(JSON.parse(upstream?.bodies[0] ?? '')).toMatchObject({ model, max_tokens: 500 });
  });

  it('is not read from what is no UTF-8', async () => {
    await setUp(answerOk, { attempt });
    const body = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect((await worker.send({ body })).statusCode).toBe(400);
  });
});

describe("the provider's failures", () => {
  it.each([
    [401, 'authentication_error', {}, { kind: 'auth' }],
    [429, 'rate_limit_error', { 'retry-after': '7' }, { kind: 'rate_limited', retryAfterMs: 7_000 }],
    [500, 'api_error', {}, { kind: 'error' }],
    [529, 'overloaded_error', {}, { kind: 'overloaded' }],
    [400, 'invalid_request_error', {}, { kind: 'rejected' }],
  ] as const)('passes a %d %s on unchanged and keeps it', async (status, type, headers, expected) => {
    const sent = refusal(type, 'No.');
    const session = await setUp((request, response) => {
      request.resume();
      response.writeHead(status, { 'request-id': 'req_1', 'set-cookie': 'provider=1', ...headers });
      response.end(sent);
    });
    const answer = await worker.send();
    expect(answer.statusCode).toBe(status);
    expect(await answer.body.text()).toBe(sent);
    expect(answer.headers).toMatchObject({ 'request-id': 'req_1', ...headers });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    await until(() => session.lastError() !== undefined, 'the failure is recorded');
    expect(session.lastError()).toEqual({ status, type, message: 'No.', ...expected });
  });

  it('passes a refusal on that comes before the request was read', async () => {
    const sent = refusal('authentication_error', 'No.');
    const session = await setUp((_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' }).end(sent);
    });
    const answer = await worker.send({ body: messageRequest({ system: 'x'.repeat(8 * MIB) }) });
    expect([answer.statusCode, await answer.body.text()]).toEqual([401, sent]);
    await until(() => session.lastError()?.kind === 'auth', 'the failure is recorded');
  });

  it('keeps an error that comes in the middle of a stream', async () => {
    const session = await setUp((request, response) => {
      request.resume();
      const error = { type: 'overloaded_error', message: 'Overloaded' };
      writeEvents(response, messageStart({ input_tokens: 5 }), { type: 'error', error } as { type: string });
      response.end();
    });
    await (await worker.send()).body.dump();
    await until(() => session.lastError() !== undefined, 'the failure is recorded');
    expect(session.lastError()).toEqual({
      kind: 'overloaded',
      type: 'overloaded_error',
      message: 'Overloaded',
    });
  });

  it('forgets a failure once a later request goes well', async () => {
    let status = 529;
    const session = await setUp((request, response) => {
      request.resume();
      response.writeHead(status).end('{}');
    });
    await (await worker.send()).body.dump();
    await until(() => session.lastError() !== undefined, 'the failure is recorded');
    status = 200;
    await (await worker.send()).body.dump();
    await until(() => session.lastError() === undefined, 'the failure is forgotten');
  });

  it.each([
    ['http://127.0.0.1:1', /^The model provider cannot be reached: connection refused \(ECONNREFUSED\)\.$/],
    ['http://provider.invalid', /^The model provider cannot be reached: its name .+\.$/],
  ])('answers 502 when %s cannot be reached', async (baseUrl, message) => {
    const session = await setUp(answerOk, { baseUrl });
    const answer = await worker.send();
    expect(answer.statusCode).toBe(502);
    expect(await answer.body.json()).toEqual({
      type: 'error',
      error: { type: 'api_error', message: expect.stringMatching(message) },
    });
    expect(session.lastError()).toMatchObject({ kind: 'unreachable', type: 'api_error' });
  });

  it('breaks the answer off where the provider does', async () => {
    const session = await setUp((request, response) => {
      request.resume();
      writeEvents(response, messageStart({ input_tokens: 5, output_tokens: 1 }));
      response.write(': more', () => response.destroy());
    });
    await expect((await worker.send()).body.text()).rejects.toThrow();
    await until(() => session.lastError() !== undefined, 'the failure is recorded');
    expect(session.lastError()).toMatchObject({ kind: 'unreachable' });
    expect(session.lastError()?.message).toMatch(/^The model provider's answer broke off: /);
    expect(session.usage()).toMatchObject({ input_tokens: 5, output_tokens: 1 });
  });
});

describe('deadlines', () => {
  it('cuts a stream that falls silent', async () => {
    const session = await setUp(
      (request, response) => {
        request.resume();
        writeEvents(response, messageStart({ input_tokens: 5 }));
      },
      { limits: { idleTimeoutMs: 150 } },
    );
    const answer = await worker.send();
    expect(answer.statusCode).toBe(200);
    await expect(answer.body.text()).rejects.toThrow();
    await until(() => session.lastError() !== undefined, 'the failure is recorded');
    expect(session.lastError()).toEqual({
      kind: 'timeout',
      type: 'timeout_error',
      message: 'The model provider was silent for 0.15 s.',
    });
  });

  it('answers 504 when a streamed answer does not begin', async () => {
    await setUp((request) => request.resume(), { model: { firstByteTimeout: '150ms' } });
    const answer = await worker.send();
    expect(answer.statusCode).toBe(504);
    expect(await answer.body.json()).toEqual({
      type: 'error',
      error: { type: 'timeout_error', message: 'The model provider was silent for 0.15 s.' },
    });
  });

  it('gives an answer that is not streamed the whole time, and no more', async () => {
    const session = await setUp((request) => request.resume(), {
      limits: { idleTimeoutMs: 20, requestTimeoutMs: 400 },
      model: { firstByteTimeout: '20ms' },
    });
    const startedMs = performance.now();
    const answer = await worker.send({ body: messageRequest({ stream: false }) });
    expect(answer.statusCode).toBe(504);
    await answer.body.dump();
    expect(performance.now() - startedMs).toBeGreaterThan(390);
    expect(session.lastError()?.message).toBe('The model provider did not finish within 0.4 s.');
  });

  it('ends a stream that goes on for too long', async () => {
    const session = await setUp(
      (request, response) => {
        request.resume();
        const beat = setInterval(() => writeEvents(response, { type: 'ping' }), 20);
        response.once('close', () => clearInterval(beat));
      },
      { limits: { idleTimeoutMs: 5_000, requestTimeoutMs: 300 } },
    );
    await expect((await worker.send()).body.text()).rejects.toThrow();
    await until(() => session.lastError()?.kind === 'timeout', 'the failure is recorded');
  });
});

describe('flow', () => {
  it('gives up at the provider when the worker does', async () => {
    let answering: ServerResponse | undefined;
    const session = await setUp((request, response) => {
      request.resume();
      answering = response;
      writeEvents(response, messageStart({ input_tokens: 5, output_tokens: 2 }));
    });
    const answer = await worker.send();
    await once(answer.body, 'readable');
    answer.body.on('error', () => {});
    answer.body.destroy();
    await until(() => answering?.destroyed === true, 'the provider sees its caller leave');
    await until(() => session.usage().output_tokens === 2, 'the tokens so far are counted');
    expect(session.lastError()).toBeUndefined();
  });

  it('gives up at the provider when the worker leaves before the answer begins', async () => {
    let asked: ServerResponse | undefined;
    const session = await setUp((request, response) => {
      request.resume();
      asked = response;
    });
    const gone = new AbortController();
    const answer = worker.send({ signal: gone.signal });
    await until(() => asked !== undefined, 'the provider is asked');
    gone.abort();
    await expect(answer).rejects.toThrow();
    await until(() => asked?.destroyed === true, 'the provider sees its caller leave');
    expect(session.lastError()).toBeUndefined();
  });

  it('reads from the provider only as fast as the worker does', async () => {
    const total = 64 * MIB;
    let written = 0;
    await setUp((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const chunk = Buffer.alloc(64 * 1024);
      Readable.from(
        (function* () {
          for (; written < total; written += chunk.length) yield chunk;
        })(),
      ).pipe(response);
    });
    const answer = await worker.send();
    let before = -1;
    let unchanged = 0;
    await until(() => {
      unchanged = written === before ? unchanged + 1 : 0;
      before = written;
      return unchanged > 15;
    }, 'the provider has to wait');
    expect(written).toBeLessThan(total / 2);
    let received = 0;
    for await (const chunk of answer.body) received += chunk.length;
    expect(received).toBe(total);
  });
});

describe('bounds', () => {
  it.each([
    ['with a content-length', 'x'.repeat(4 * MIB)],
    ['in chunks', () => Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024)))],
  ] as const)('answers 413 to a request over the limit, sent %s', async (_, body) => {
    const session = await setUp(
      (request, response) => {
        request.resume().once('end', () => response.end('{}'));
      },
      { model: { maxRequestSize: '64000B' } },
    );
    const answer = await worker.send({ body: typeof body === 'string' ? body : body() });
    expect(answer.statusCode).toBe(413);
    expect(await answer.body.json()).toMatchObject({ error: { type: 'request_too_large' } });
    expect(session.lastError()).toMatchObject({ kind: 'refused' });
  });

  it('holds no more of requests than all proxies of a provider may, and more again once they are answered', async () => {
    const waiting: ServerResponse[] = [];
    await setUp((_request, response) => void waiting.push(response), { model: { maxHeldRequests: '64KiB' } });
    const body = messageRequest({ system: 'x'.repeat(40 * 1024) });
    const others = workerOf(socketPath);
    const held = others.send({ body });
    await until(() => waiting.length === 1, 'the first is asked');
    const refused = await worker.send({ body });
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([529, '1']);
    await refused.body.dump();
    waiting[0]?.end('{}');
    await (await held).body.dump();
    const served = worker.send({ body });
    await until(() => waiting.length === 2, 'the next is asked');
    waiting[1]?.end('{}');
    expect((await served).statusCode).toBe(200);
    await others.close();
  });

  it('holds no more connections than its requests need, whatever a worker opens', async () => {
    await setUp((_request, response) => void response.end('{}'), { limits: { maxConcurrent: 3 } });
    const sockets = Array.from({ length: 30 }, () => connect(socketPath));
    const dropped = sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve)));
    for (const socket of sockets) socket.on('error', () => {}).resume();
    await until(() => sockets.filter(({ closed }) => closed).length >= 24, 'all but six are dropped');
    expect(sockets.filter(({ closed }) => !closed)).toHaveLength(6);
    for (const socket of sockets) socket.destroy();
    await Promise.all(dropped);
  });

  it('answers 429 to one request too many, and serves again when one has ended', async () => {
    const waiting: ServerResponse[] = [];
    await setUp(
      (request, response) => {
        request.resume();
        waiting.push(response);
      },
      { limits: { maxConcurrent: 2 } },
    );
    const others = [workerOf(socketPath), workerOf(socketPath)];
    const held = others.map((other) => other.send());
    await until(() => waiting.length === 2, 'two requests run');
    const refused = await worker.send();
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    await refused.body.dump();
    for (const response of waiting) response.end('{}');
    for (const answer of await Promise.all(held)) await answer.body.dump();
    const served = worker.send();
    await until(() => waiting.length === 3, 'the third is served');
    waiting[2]?.end('{}');
    expect((await served).statusCode).toBe(200);
    for (const other of others) await other.close();
  });
});

describe('metering', () => {
  it('adds up what streamed and whole answers say, while they go by', async () => {
    let streamed = true;
    const session = await setUp((request, response) => {
      if (!streamed) return answerOk(request, response);
      request.resume();
      writeEvents(
        response,
        messageStart({ input_tokens: 100, cache_read_input_tokens: 20, cache_creation_input_tokens: 7 }),
        messageDelta({ output_tokens: 30 }),
      );
      response.end();
    });
    await (await worker.send()).body.dump();
    streamed = false;
    await (await worker.send()).body.dump();
    await until(() => session.usage().input_tokens === 103, 'both answers are counted');
    expect(session.usage()).toEqual({
      input_tokens: 103,
      output_tokens: 34,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 7,
    });
  });

  it('leaves token counting out of the account', async () => {
    const session = await setUp(answerOk);
    await (await worker.send({ path: '/v1/messages/count_tokens' })).body.dump();
    await (await worker.send()).body.dump();
    await until(() => session.usage().input_tokens > 0, 'the message is counted');
    expect(session.usage().input_tokens).toBe(3);
  });
});

describe('the socket', () => {
  it("belongs to the worker's user alone and goes away with the proxy", async () => {
    const asRoot = process.getuid?.() === 0;
    await setUp(answerOk, asRoot ? { uid: 61_000 } : {});
    const file = await stat(socketPath);
    expect(file.mode & 0o777).toBe(0o600);
    expect(file.uid).toBe(asRoot ? 61_000 : process.getuid?.());
    await proxy?.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  it('is not taken over from another proxy', async () => {
    await setUp(answerOk);
    const second = startModelProxy({
      provider: provider as Provider,
      socketPath,
      logger: silentLogger,
      limits: { requestTimeoutMs: 1_000, idleTimeoutMs: 1_000 },
    });
    await expect(second).rejects.toMatchObject({
      code: 'socket_unavailable',
      message: expect.stringContaining('EADDRINUSE'),
    });
    expect((await worker.send()).statusCode).toBe(200);
  });

  it('cannot have a path that the system would cut short', async () => {
    socketPath = join(folder, 'x'.repeat(108));
    await expect(setUp(answerOk)).rejects.toMatchObject({ code: 'socket_unavailable' });
  });

  it('cuts what runs when the proxy closes', async () => {
    let asked = false;
    const session = await setUp((request) => {
      request.resume();
      asked = true;
    });
    const answer = worker.send();
    const refused = expect(answer).rejects.toThrow();
    await until(() => asked, 'the provider is asked');
    await proxy?.close();
    await refused;
    expect(session.lastError()).toBeUndefined();
  });
});

describe('an attempt', () => {
  it('is all that the proxy asks the provider for: before it and after it every request is refused', async () => {
    const session = await setUp(answerOk);
    await session.end();
    const after = await worker.send();
    expect([after.statusCode, await after.body.json()]).toEqual([
      403,
      { type: 'error', error: { type: 'permission_error', message: 'No job runs here now.' } },
    ]);
    expect(upstream?.requests).toHaveLength(0);
    proxy?.begin(attemptContext());
    expect((await worker.send()).statusCode).toBe(200);
  });

  it('begins with an empty account', async () => {
    const first = await setUp(answerOk);
    await (await worker.send()).body.dump();
    await first.end();
    const second = proxy?.begin(attemptContext({ attempt: 2 }));
    expect([first.usage().output_tokens, second?.usage().output_tokens]).toEqual([4, 0]);
  });

  it('does not begin before the one before has ended', async () => {
    await setUp(answerOk);
    expect(() => proxy?.begin(attemptContext())).toThrow(TypeError);
  });

  it('takes with it what still runs when it ends, with the tokens so far', async () => {
    let answering: ServerResponse | undefined;
    const session = await setUp((request, response) => {
      request.resume();
      answering = response;
      writeEvents(response, messageStart({ input_tokens: 5, output_tokens: 2 }));
    });
    const answer = await worker.send();
    await once(answer.body, 'readable');
    const broken = expect(answer.body.text()).rejects.toThrow();
    await session.end();
    await broken;
    await until(() => answering?.destroyed === true, 'the provider sees its caller leave');
    expect(session.usage()).toMatchObject({ input_tokens: 5, output_tokens: 2 });
  });
});
