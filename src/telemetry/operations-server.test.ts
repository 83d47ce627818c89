import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createMetrics } from './metrics.ts';
import { type OperationsServerOptions, serveOperations } from './operations-server.ts';

async function serve(rest: Partial<OperationsServerOptions> = {}) {
  const { registry, counter } = await createMetrics();
  counter({
    name: 'gatehouse_test_calls_total',
    type: 'counter',
    roles: ['api'],
    help: 'calls',
    labels: ['result'],
  }).inc({ result: 'ok' }, 3);
  const server = await serveOperations({
    setting: 'listen.testHttp',
    host: '127.0.0.1',
    port: 0,
    registry,
    isReady: () => true,
    ...rest,
  });
  onTestFinished(() => server.close(0));
  return { server, get: (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`) };
}

it('tells that the process answers', async () => {
  const { get } = await serve({ isReady: () => false });
  const answer = await get('/health');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
});

it('tells whether the role can do its work', async () => {
  let ready = true;
  const { get } = await serve({ isReady: async () => ready });
  expect((await get('/ready')).status).toBe(200);
  ready = false;
  const answer = await get('/ready');
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not_ready' }]);
});

it('shows metrics as Prometheus reads them, with those of the process', async () => {
  const { get } = await serve();
  const answer = await get('/metrics');
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  expect(text).toContain('gatehouse_test_calls_total{result="ok"} 3');
  expect(text).toContain('process_cpu_seconds_total');
});

it("takes the role's own routes", async () => {
  const { get } = await serve({ routes: (app) => app.get('/own', async () => 'mine') });
  expect(await (await get('/own')).text()).toBe('mine');
});

it('names the setting whose address is in use', async () => {
  const taken = createServer();
  onTestFinished(() => void taken.close());
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await expect(serve({ port })).rejects.toThrow(
    `listen.testHttp: 127.0.0.1:${port} is in use already: end what listens there, or choose another port.`,
  );
});
