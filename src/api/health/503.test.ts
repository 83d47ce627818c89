import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';
import { until } from '../../../test/support/until.ts';

test('a process that closes says so on the connections that it still has', async () => {
  const store = createMemoryJobStore();
  const api = startTestApi(store);
  const held = Promise.withResolvers<void>();
  let closing = false;
  api.app.addHook('preClose', async () => {
    closing = true;
    await held.promise;
  });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/health`;
  const dispatcher = new Agent({ connections: 1 });
  expect((await request(url, { dispatcher })).statusCode).toBe(200);
  const closed = api.app.close();
  await until(() => closing, 'the process closes');
  const answer = await request(url, { dispatcher });
  expect({ status: answer.statusCode, ...((await answer.body.json()) as object) }).toMatchObject({
    status: 503,
    code: 'service_unavailable',
  });
  held.resolve();
  await dispatcher.close();
  await closed;
});
