import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createModelMetrics } from '../../src/model/index.ts';
import { createMetrics } from '../../src/telemetry/index.ts';
import {
  type FakeProvider,
  messageDelta,
  messageRequest,
  messageStart,
  startFakeProvider,
  writeEvents,
} from '../support/model-provider.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { until } from '../support/until.ts';
import { openWorkerProxy, type WorkerProxy, type WorkerProxyOptions } from '../support/worker-proxy.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function fake(answer: RequestListener): Promise<FakeProvider> {
  const provider = await startFakeProvider(answer);
  opened.push(provider);
  return provider;
}

async function open(
  providers: Record<string, unknown>[],
  options: Partial<WorkerProxyOptions> = {},
): Promise<WorkerProxy> {
  const proxy = await openWorkerProxy({ ...options, model: { providers, ...options.model } });
  opened.push(proxy);
  return proxy;
}

/** Asks, and waits for the whole answer. */
async function ask({ worker }: WorkerProxy, members: Record<string, unknown> = {}) {
  const answer = await worker.send({ body: messageRequest(members) });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

const says =
  (name: string): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ from: name, usage: { input_tokens: 1, output_tokens: 1 } }));
  };

const fails =
  (status: number, type: string, headers = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type, message: 'No.' } }));
  };

const QUICK_BREAKER = { minRequests: 2, resetAfter: '150ms' };

describe('a provider that fails before its answer begins', () => {
  it.each([
    [529, 'overloaded_error'],
    [500, 'api_error'],
    [429, 'rate_limit_error'],
    [401, 'authentication_error'],
  ])('with %d has the next one asked, with the same request', async (status, type) => {
    const [primary, backup] = [await fake(fails(status, type)), await fake(says('backup'))];
    const proxy = await open([
      { name: 'primary', baseUrl: primary.url },
      { name: 'backup', baseUrl: backup.url, models: { 'some-*': 'their-model' } },
    ]);
    expect(await ask(proxy)).toMatchObject({ status: 200, text: expect.stringContaining('backup') });
    expect(proxy.session.lastError()).toBeUndefined();
    expect([primary.bodies[0], backup.bodies[0]].map((text) => JSON.parse(text ?? '{}'))).toMatchObject([
      { model: 'some-model', max_tokens: 1000 },
      { model: 'their-model', max_tokens: 1000 },
    ]);
  });

  it('because it is not there has the next one asked', async () => {
    const backup = await fake(says('backup'));
    const proxy = await open([
      { name: 'primary', baseUrl: 'http://127.0.0.1:1' },
      { name: 'backup', baseUrl: backup.url },
    ]);
    expect(await ask(proxy)).toMatchObject({ status: 200 });
  });

  it('because it says nothing has the next one asked', async () => {
    const [primary, backup] = [await fake((request) => void request.resume()), await fake(says('backup'))];
    const proxy = await open(
      [
        { name: 'primary', baseUrl: primary.url },
        { name: 'backup', baseUrl: backup.url },
      ],
      { model: { firstByteTimeout: '100ms' } },
    );
    expect(await ask(proxy)).toMatchObject({ status: 200, text: expect.stringContaining('backup') });
  });

  it('is what the worker sees where it is the last', async () => {
    const [primary, backup] = [
      await fake(fails(500, 'api_error')),
      await fake(fails(529, 'overloaded_error')),
    ];
    const proxy = await open([
      { name: 'primary', baseUrl: primary.url },
      { name: 'backup', baseUrl: backup.url },
    ]);
    expect(await ask(proxy)).toMatchObject({ status: 529 });
    expect(proxy.session.lastError()).toMatchObject({ kind: 'overloaded' });
  });
});

it('a request that the provider refuses is not tried elsewhere', async () => {
  const [primary, backup] = [await fake(fails(400, 'invalid_request_error')), await fake(says('backup'))];
  const proxy = await open([
    { name: 'primary', baseUrl: primary.url },
    { name: 'backup', baseUrl: backup.url },
  ]);
  expect(await ask(proxy)).toMatchObject({ status: 400 });
  expect(backup.requests).toHaveLength(0);
});

it('an answer that has begun is never moved', async () => {
  const primary = await fake((request, response) => {
    request.resume();
    writeEvents(response, messageStart({ input_tokens: 5 }));
    response.write(': more', () => response.destroy());
  });
  const backup = await fake(says('backup'));
  const proxy = await open([
    { name: 'primary', baseUrl: primary.url },
    { name: 'backup', baseUrl: backup.url },
  ]);
  await expect(ask(proxy)).rejects.toThrow();
  await until(() => proxy.session.lastError() !== undefined, 'the failure is recorded');
  expect(backup.requests).toHaveLength(0);
});

it('a request that fails is logged with what the provider calls it, and nothing of what it says', async () => {
  const { logger, lines } = recordingLogger();
  const primary = await fake(fails(500, 'api_error', { 'request-id': 'req_011CSHoEeqs5C35K2UUqR7Fy' }));
  const proxy = await open([{ name: 'primary', baseUrl: primary.url }], { logger });
  await ask(proxy);
  await until(() => lines.some(({ message }) => message === 'The model provider failed'), 'it is logged');
  expect(lines.at(-1)).toMatchObject({
    level: 'warn',
    provider: 'primary',
    provider_request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
    status: 500,
    code: 'api_error',
    tenant: 'acme',
    model: 'some-model',
  });
  expect(JSON.stringify(lines)).not.toContain('No.');
});

it('what becomes of requests is counted by provider', async () => {
  const metrics = await createMetrics();
  const answers: RequestListener[] = [
    says('primary'),
    (request, response) => {
      request.resume();
      writeEvents(response, messageStart({ input_tokens: 5 }));
    },
    fails(429, 'rate_limit_error'),
    fails(400, 'invalid_request_error'),
  ];
  const primary = await fake((request, response) => answers.shift()?.(request, response));
  const proxy = await open([{ name: 'primary', baseUrl: primary.url }], {
    surroundings: { metrics: createModelMetrics(metrics) },
    limits: { idleTimeoutMs: 50 },
  });
  await ask(proxy);
  await expect(ask(proxy)).rejects.toThrow();
  await ask(proxy);
  await ask(proxy);
  for (const outcome of ['answered', 'stalled', 'rate_limited', 'rejected']) {
    const line = `gatehouse_model_requests_total{provider="primary",outcome="${outcome}"} 1`;
    await until(async () => (await metrics.registry.metrics()).includes(line), `${outcome} is counted`);
  }
});

it('a provider that does not take our key is not asked for ever', async () => {
  const [primary, backup] = [await fake(fails(401, 'authentication_error')), await fake(says('backup'))];
  const proxy = await open(
    [
      { name: 'primary', baseUrl: primary.url },
      { name: 'backup', baseUrl: backup.url },
    ],
    { model: { breaker: { minRequests: 3 } } },
  );
  for (let count = 0; count < 6; count += 1) expect(await ask(proxy)).toMatchObject({ status: 200 });
  expect(primary.requests).toHaveLength(2);
});

it('an answer that ends properly before the model has stopped is taken for one that broke off', async () => {
  const primary = await fake((request, response) => {
    request.resume();
    writeEvents(response, messageStart({ input_tokens: 5 }));
    response.end();
  });
  const proxy = await open([{ name: 'primary', baseUrl: primary.url }]);
  await ask(proxy);
  await until(() => proxy.session.lastError() !== undefined, 'the failure is recorded');
  expect(proxy.session.lastError()).toMatchObject({
    kind: 'unreachable',
    message: "The model provider's answer ended before the model had stopped.",
  });
});

describe('a provider that fails too often', () => {
  it('is not asked while another one can be, and is asked again after a while', async () => {
    let healthy = false;
    const primary = await fake((request, response) =>
      (healthy ? says('primary') : fails(500, 'api_error'))(request, response),
    );
    const backup = await fake(says('backup'));
    const proxy = await open(
      [
        { name: 'primary', baseUrl: primary.url },
        { name: 'backup', baseUrl: backup.url },
      ],
      { model: { breaker: QUICK_BREAKER } },
    );
    for (let count = 0; count < 4; count += 1) expect(await ask(proxy)).toMatchObject({ status: 200 });
    expect(primary.requests).toHaveLength(2);
    expect(proxy.provider.availability()).toEqual({ kind: 'open' });
    healthy = true;
    await until(async () => (await ask(proxy)).text.includes('primary'), 'the primary is back');
  });

  it('is not asked at all where it is the only one, and the worker hears for how long', async () => {
    const primary = await fake(fails(500, 'api_error'));
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }], {
      model: { breaker: { minRequests: 2 } },
    });
    await ask(proxy);
    await ask(proxy);
    expect(proxy.provider.availability()).toEqual({ kind: 'broken', untilMs: expect.any(Number) });
    const refused = await ask(proxy);
    expect(refused).toMatchObject({
      status: 529,
      headers: { 'retry-after': '60', 'x-should-retry': 'false' },
      text: expect.stringContaining('The model provider fails too often and is not asked for 60 s.'),
    });
    expect(primary.requests).toHaveLength(2);
    // Why the provider failed is more telling than that it was not asked; when to come back is not.
    expect(proxy.session.lastError()).toMatchObject({ kind: 'error', retryAfterMs: expect.any(Number) });
  });

  it('is tried out by one request while the others wait for what comes of it', async () => {
    let broken = true;
    const held: ServerResponse[] = [];
    const primary = await fake((request, response) => {
      if (broken) return fails(500, 'api_error')(request, response);
      request.resume();
      held.push(response);
    });
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }], {
      model: { breaker: QUICK_BREAKER },
    });
    await ask(proxy);
    await ask(proxy);
    broken = false;
    await until(() => proxy.provider.availability().kind === 'open', 'it may be tried out');
    expect(proxy.provider.availability()).toMatchObject({ kind: 'broken' });
    const answers = [ask(proxy), ask(proxy), ask(proxy)];
    await until(() => held.length === 1, 'one is asked');
    expect(primary.requests).toHaveLength(3);
    held[0]?.end('{}');
    await until(() => held.length === 3, 'the others follow');
    for (const response of held.slice(1)) response.end('{}');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(proxy.provider.availability()).toEqual({ kind: 'open' });
  });

  it('counts an answer that does not come at all', async () => {
    const primary = await fake((request) => void request.resume());
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }], {
      model: { breaker: { minRequests: 2 } },
      limits: { requestTimeoutMs: 50 },
    });
    for (let count = 0; count < 2; count += 1) {
      expect(await ask(proxy, { stream: false })).toMatchObject({ status: 504 });
    }
    expect(proxy.provider.availability()).toMatchObject({ kind: 'broken' });
  });

  it('counts a stream that stalls or breaks off', async () => {
    const primary = await fake((request, response) => {
      request.resume();
      writeEvents(response, messageStart({ input_tokens: 5 }));
    });
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }], {
      model: { breaker: { minRequests: 3 } },
      limits: { idleTimeoutMs: 50 },
    });
    await expect(ask(proxy)).rejects.toThrow();
    await expect(ask(proxy)).rejects.toThrow();
    await until(() => proxy.provider.availability().kind === 'broken', 'it is not asked any more');
  });
});

describe('a provider that wants a pause', () => {
  it.each([
    [429, 'rate_limit_error'],
    [529, 'overloaded_error'],
  ])('by %d with Retry-After is not asked until then, and no job is to begin', async (status, type) => {
    let asked = 0;
    const primary = await fake((request, response) => {
      asked += 1;
      (asked === 1 ? fails(status, type, { 'retry-after': '1' }) : says('primary'))(request, response);
    });
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }]);
    const startedMs = Date.now();
    expect(await ask(proxy)).toMatchObject({ status, headers: { 'retry-after': '1' } });
    expect(proxy.provider.availability()).toMatchObject({ kind: 'parked' });
    expect(await ask(proxy)).toMatchObject({ status: 200 });
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(990);
    expect(asked).toBe(2);
  });

  it('that is longer than a request waits has the worker told for how long', async () => {
    const primary = await fake(fails(429, 'rate_limit_error', { 'retry-after': '240' }));
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }], {
      model: { queue: { timeout: '1s' } },
    });
    await ask(proxy);
    expect(await ask(proxy)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '240', 'x-should-retry': 'false' },
    });
    expect(primary.requests).toHaveLength(1);
    expect(proxy.session.lastError()).toMatchObject({ kind: 'rate_limited' });
  });

  it('of hours is believed no longer than is configured', async () => {
    const primary = await fake(fails(429, 'rate_limit_error', { 'retry-after': '86400' }));
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }], { model: { maxPause: '2m' } });
    await ask(proxy);
    const availability = proxy.provider.availability();
    expect(availability.kind).toBe('parked');
    if (availability.kind === 'parked')
      expect(availability.untilMs - Date.now()).toBeLessThanOrEqual(120_000);
  });

  it('has the next one asked meanwhile', async () => {
    const primary = await fake(fails(429, 'rate_limit_error', { 'retry-after': '60' }));
    const backup = await fake(says('backup'));
    const proxy = await open([
      { name: 'primary', baseUrl: primary.url },
      { name: 'backup', baseUrl: backup.url },
    ]);
    await ask(proxy);
    await ask(proxy);
    expect([primary.requests.length, backup.requests.length]).toEqual([1, 2]);
    expect(proxy.provider.availability()).toEqual({ kind: 'open' });
  });
});

describe('requests that run at the same time', () => {
  it('are no more than a provider may have, and the others wait for their turn', async () => {
    const held: ServerResponse[] = [];
    const primary = await fake((_request, response) => void held.push(response));
    const proxy = await open([{ name: 'primary', baseUrl: primary.url, maxConcurrent: 1 }]);
    const answers = [ask(proxy), ask(proxy)];
    await until(() => held.length === 1, 'the first is asked');
    held[0]?.end('{}');
    await until(() => held.length === 2, 'the second is asked');
    held[1]?.end('{}');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('and find no turn in time are told to come back', async () => {
    const held: ServerResponse[] = [];
    const primary = await fake((_request, response) => void held.push(response));
    const proxy = await open([{ name: 'primary', baseUrl: primary.url, maxConcurrent: 1 }], {
      model: { queue: { timeout: '50ms' } },
    });
    const first = ask(proxy);
    await until(() => held.length === 1, 'the first is asked');
    expect(await ask(proxy)).toMatchObject({ status: 529, headers: { 'retry-after': '1' } });
    held[0]?.end('{}');
    await first;
  });
});

it('a server that asks for no key gets none, and one that wants a bearer token gets that', async () => {
  const [open_, bearer] = [await fake(fails(500, 'api_error')), await fake(says('bearer'))];
  const proxy = await open([
    { name: 'open', baseUrl: `${open_.url}/v1proxy`, auth: 'none' },
    { name: 'bearer', baseUrl: bearer.url, auth: 'bearer' },
  ]);
  await ask(proxy);
  expect(open_.requests[0]?.headers).not.toHaveProperty('x-api-key');
  expect(open_.requests[0]?.url).toBe('/v1proxy/v1/messages?beta=true');
  expect(bearer.requests[0]?.headers.authorization).toBe('Bearer sk-test');
});

it("how a helper of Claude Code's fares says nothing about the job, but what it used is counted", async () => {
  const answers = new Map<string, RequestListener>([
    ['claude-sonnet-5-5', fails(529, 'overloaded_error')],
    ['claude-haiku-5-5', says('helper')],
  ]);
  const primary = await fake(async (request, response) => {
    const { model } = JSON.parse((await request.toArray()).join('')) as { model: string };
    answers.get(model)?.(request, response);
  });
  const proxy = await open([{ name: 'primary', baseUrl: primary.url }], { attempt: { model: 'sonnet' } });
  await ask(proxy, { model: 'claude-sonnet-5-5' });
  await ask(proxy, { model: 'claude-haiku-5-5' });
  await until(() => proxy.session.usage().output_tokens === 1, 'the helper is counted');
  expect(proxy.session.lastError()).toMatchObject({ kind: 'overloaded' });
  answers.set('claude-sonnet-5-5', says('own'));
  await ask(proxy, { model: 'claude-sonnet-5-5' });
  await ask(proxy, { model: 'claude-haiku-5-5' });
  await until(() => proxy.session.usage().output_tokens === 3, 'all are counted');
  expect([proxy.session.lastError(), proxy.session.model()]).toEqual([undefined, 'claude-sonnet-5-5']);
});

describe('what an answer cost', () => {
  it('is told after each, with the tokens, by the price of the model that was asked for', async () => {
    const spent: unknown[] = [];
    const primary = await fake((request, response) => {
      request.resume();
      response.setHeader('request-id', 'req_1');
      writeEvents(
        response,
        messageStart({ input_tokens: 1_000_000, output_tokens: 1 }),
        messageDelta({ output_tokens: 100_000 }),
      );
      response.end();
    });
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }], {
      attempt: { model: 'sonnet', onUsage: (each) => spent.push(each) },
    });
    await ask(proxy, { model: 'claude-sonnet-5-5' });
    await ask(proxy, { model: 'claude-sonnet-5-5' });
    await until(() => spent.length === 2, 'both answers are told');
    expect(spent).toMatchObject([
      {
        added: { output_tokens: 100_000 },
        total: { output_tokens: 100_000 },
        costUsd: 3,
        providerRequestId: 'req_1',
      },
      { added: { output_tokens: 100_000 }, total: { output_tokens: 200_000 }, costUsd: 6 },
    ]);
    expect([proxy.session.costUsd(), proxy.session.model(), proxy.session.stopReason()]).toEqual([
      6,
      'claude-sonnet-5-5',
      'end_turn',
    ]);
  });

  it('counts what a worker has read that left before the end', async () => {
    let answering: ServerResponse | undefined;
    const primary = await fake((request, response) => {
      request.resume();
      answering = response;
      const delta = { type: 'text_delta', text: 'word '.repeat(4_000) };
      writeEvents(response, messageStart({ input_tokens: 5, output_tokens: 1 }), {
        type: 'content_block_delta',
        index: 0,
        delta,
      } as { type: string });
    });
    const proxy = await open([{ name: 'primary', baseUrl: primary.url }]);
    const answer = await proxy.worker.send();
    answer.body.on('error', () => {});
    let read = 0;
    for await (const chunk of answer.body) {
      read += chunk.length;
      if (read > 20_000) break;
    }
    await until(() => answering?.destroyed === true, 'the provider sees its caller leave');
    await until(() => proxy.session.usage().output_tokens === 5_000, 'what was written is counted');
    expect(proxy.session.costUsd()).toBeGreaterThan(0);
  });
});
