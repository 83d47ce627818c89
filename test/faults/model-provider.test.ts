import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
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
import { until } from '../support/until.ts';
import { openWorkerProxy, type WorkerProxy } from '../support/worker-proxy.ts';

const STREAMS = 12;

let primary: ChildProcess;
let backup: FakeProvider;
let proxy: WorkerProxy;
afterEach(async () => {
  await proxy.close();
  await backup.close();
  primary.kill('SIGKILL');
});

it('a provider that is killed in the middle of streams: each breaks off once, what it wrote is counted, and what comes goes elsewhere', async () => {
  primary = fork(join(import.meta.dirname, '../support/provider-process.ts'));
  const [url] = (await once(primary, 'message')) as [string];
  backup = await startFakeProvider((request, response) => {
    request.resume();
    writeEvents(
      response,
      messageStart({ input_tokens: 10, output_tokens: 1 }),
      messageDelta({ output_tokens: 7 }),
    );
    response.end();
  });
  const metrics = await createMetrics();
  proxy = await openWorkerProxy({
    model: {
      providers: [
        { name: 'primary', baseUrl: url },
        { name: 'backup', baseUrl: backup.url },
      ],
    },
    surroundings: { metrics: createModelMetrics(metrics) },
  });

  const streams = await Promise.all(Array.from({ length: STREAMS }, () => proxy.worker.send()));
  const read = streams.map(() => 0);
  const ends = streams.map(async ({ body }, index) => {
    for await (const chunk of body) read[index] = (read[index] ?? 0) + String(chunk).length;
  });
  const settled = Promise.allSettled(ends);
  await until(() => read.every((characters) => characters > 2_000), 'every stream is in its middle');
  const running = async () =>
    (await metrics.registry.getSingleMetricAsString('gatehouse_model_open_requests')) ?? '';
  expect(await running()).toContain(`{provider="primary"} ${STREAMS}`);
  primary.kill('SIGKILL');

  expect((await settled).map(({ status }) => status)).toEqual(streams.map(() => 'rejected'));
  await until(async () => (await running()).includes('{provider="primary"} 0'), 'no place is held');
  expect(proxy.session.usage()).toMatchObject({ input_tokens: 10 * STREAMS });
  expect(proxy.session.usage().output_tokens).toBeGreaterThan(STREAMS * 10);
  expect(proxy.session.lastError()).toMatchObject({ kind: 'unreachable' });

  // What comes now finds nobody at the primary and is answered by the backup; before long the primary is not asked.
  for (let count = 0; count < 10; count += 1) {
    const { statusCode, body } = await proxy.worker.send({ body: messageRequest() });
    expect([statusCode, (await body.text()).includes('message_delta')]).toEqual([200, true]);
  }
  const text = await metrics.registry.metrics();
  expect(text).toContain(`gatehouse_model_requests_total{provider="primary",outcome="cut"} ${STREAMS}`);
  expect(text).toContain('gatehouse_model_requests_total{provider="backup",outcome="answered"} 10');
  expect(text).toContain('gatehouse_model_breaker_state{provider="primary"} 2');
});
