import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { JobConsumer } from '../../src/jobs/index.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { type ApiOnRedis, startApiOnRedis } from '../support/api-on-redis.ts';
import { completed } from '../support/jobs.ts';
import { until } from '../support/until.ts';

let on: ApiOnRedis;
let other: TestApi;
let worker: JobConsumer;
const open: IncomingMessage[] = [];
beforeAll(async () => {
  on = await startApiOnRedis('pool.workers=8');
  // Another process's api on the same store.
  other = startTestApi(on.jobs.store);
  await on.api.app.listen({ port: 0, host: '127.0.0.1' });
  await other.app.listen({ port: 0, host: '127.0.0.1' });
  worker = on.jobs.work(async (_, report, signal) => {
    await report({ type: 'text', text: 'begun' });
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return completed;
  });
});
afterEach(() => {
  for (const response of open.splice(0)) response.destroy();
});
afterAll(async () => {
  await worker.close(0);
  await other.app.close();
  await on.close();
});

/** A stream over a real connection, which can be cut. */
async function listen(api: TestApi, path: string, body?: object): Promise<IncomingMessage> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = await api.assertedHeaders(path, { method, ...(body && { body }) });
  const { port } = api.app.server.address() as AddressInfo;
  const sent = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.on('error', () => {});
  sent.end(body && JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  response.resume();
  open.push(response);
  return response;
}
const stream = async (query: string) => {
  const response = await listen(on.api, `/claude/stream${query}`, { prompt: 'hello' });
  return { response, jobId: String(response.headers.location).split('/').at(-1) ?? '' };
};
const stateOf = async (jobId: string) => (await on.jobs.store.get(jobId))?.state;
const runs = (jobId: string) => until(async () => (await stateOf(jobId)) === 'running', 'the job runs');

test('where it is asked for, a job ends once its last listener has left for good, in whichever process', async () => {
  const { response, jobId } = await stream('?cancel_on_disconnect=true');
  await runs(jobId);
  const second = await listen(other, `/claude/jobs/${jobId}/events`);
  const listeners = async () =>
    (await on.redis.keys()).some((key) => key.endsWith(`{job:${jobId}}:listeners`));
  await until(listeners, 'both are known');
  response.destroy();
  const left = performance.now();
  // Longer than a listener that is alone would be waited for.
  await until(() => performance.now() - left > 6_000, 'the grace is over');
  expect(await stateOf(jobId)).toBe('running');
  second.destroy();
  await until(async () => (await stateOf(jobId)) === 'canceled', 'the job is canceled', 30_000);
});

test('a listener that comes back in time keeps its job', async () => {
  const { response, jobId } = await stream('?cancel_on_disconnect=true');
  await runs(jobId);
  response.destroy();
  await listen(other, `/claude/jobs/${jobId}/events`);
  const back = performance.now();
  await until(() => performance.now() - back > 6_000, 'the grace is over');
  expect(await stateOf(jobId)).toBe('running');
});

test.each(['', '?cancel_on_disconnect=false'])('with %j a job goes on without listeners', async (query) => {
  const { response, jobId } = await stream(query);
  await runs(jobId);
  response.destroy();
  const left = performance.now();
  await until(() => performance.now() - left > 6_000, 'the grace would be over');
  expect(await stateOf(jobId)).toBe('running');
  await on.jobs.store.cancel(jobId);
});
