import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { look } from '../../../test/support/doctor.ts';
import { installationCheck } from './installation.ts';
import { portsCheck } from './ports.ts';
import { providerCheck } from './provider.ts';
import { tracesCheck } from './traces.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(
  answer: RequestListener = (_request, response) => void response.end(),
): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

const LISTEN = ['envoyHttp', 'authzHttp', 'ratelimitHttp', 'api', 'workerHttp', 'admin'];
const FREE = [...LISTEN, 'envoyTls', 'envoyAdmin', 'envoyMetrics', 'authz', 'ratelimit', 'apiHttp'];

describe('ports', () => {
  const free = FREE.map((name) => `listen.${name}=127.0.0.1:0`);

  test('that are free are ok', async () => {
    expect(await look(portsCheck, { set: free })).toEqual({ state: 'ok', detail: 'any free one: free' });
  });

  test('that another program has are wrong, with the setting', async () => {
    const port = await listening();
    const set = [...free, `listen.api=127.0.0.1:${port}`];
    expect(await look(portsCheck, { set })).toEqual({
      state: 'wrong',
      detail: expect.stringContaining(`port ${port} (listen.api) is in use by another program`),
    });
    expect(await look(portsCheck, { set, isRunning: true })).toMatchObject({ state: 'ok' });
  });
});

describe('an installation', () => {
  test('that does not run is no mistake', async () => {
    expect(await look(installationCheck)).toEqual({
      state: 'optional',
      detail: "none runs in /nowhere/data: 'gatehouse up' starts one",
    });
  });

  test('of which every part is ready is ok', async () => {
    const port = await listening();
    const set = LISTEN.map((name) => `listen.${name}=127.0.0.1:${port}`);
    expect(await look(installationCheck, { set, isRunning: true })).toEqual({
      state: 'ok',
      detail: 'every part is ready',
    });
  });

  test('of which parts are away or not ready is wrong, with their names', async () => {
    const ready = await listening();
    const sick = await listening((_request, response) => void response.writeHead(503).end());
    const set = LISTEN.map((name) => `listen.${name}=127.0.0.1:${ready}`);
    const found = await look(installationCheck, {
      set: [...set, `listen.api=127.0.0.1:${sick}`, 'listen.workerHttp=127.0.0.1:1'],
      isRunning: true,
    });
    expect(found).toEqual({
      state: 'wrong',
      detail: 'api is not ready (503), worker does not answer: see the logs in /nowhere/data/logs.',
    });
  });
});

describe('traces', () => {
  test('that somebody takes are ok', async () => {
    const port = await listening();
    const set = [`telemetry.traces.endpoint=http://127.0.0.1:${port}`];
    expect(await look(tracesCheck, { set })).toEqual({
      state: 'ok',
      detail: `http://127.0.0.1:${port} can be reached`,
    });
  });

  test('that nobody takes at a configured address are limited, with what to set', async () => {
    const set = ['telemetry.traces.endpoint=http://127.0.0.1:1'];
    expect(await look(tracesCheck, { set })).toEqual({
      state: 'limited',
      detail: expect.stringMatching(/127\.0\.0\.1:1 \(ECONNREFUSED\).*telemetry\.traces\.exporter: none/),
    });
  });

  test('that are not wanted are ok', async () => {
    expect(await look(tracesCheck, { set: ['telemetry.traces.exporter=none'] })).toMatchObject({
      state: 'ok',
    });
  });
});

describe('the model provider', () => {
  const env = { ANTHROPIC_API_KEY: 'sk-ant-of-the-test' };

  test('is asked only where that is wanted, and not where there is the stand-in', async () => {
    expect(await look(providerCheck, { env })).toBeUndefined();
    expect(await look(providerCheck, { asksProviders: true })).toBeUndefined();
  });

  test('that can be reached is ok, and it is asked for nothing', async () => {
    const asked: unknown[] = [];
    const port = await listening((request) => void asked.push(request.url));
    const set = [`model.baseUrl=http://127.0.0.1:${port}`];
    expect(await look(providerCheck, { env, set, asksProviders: true })).toEqual({
      state: 'ok',
      detail: `127.0.0.1:${port} can be reached`,
    });
    expect(asked).toEqual([]);
  });

  test('that cannot be reached is missing, without its key', async () => {
    const found = await look(providerCheck, {
      env,
      set: ['model.baseUrl=http://127.0.0.1:1'],
      asksProviders: true,
    });
    expect(found).toEqual({
      state: 'missing',
      detail: expect.stringMatching(/^cannot be reached: 127\.0\.0\.1:1 \(ECONNREFUSED\)/),
    });
  });
});
