import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiOnRedis, startApiOnRedis } from '../support/api-on-redis.ts';
import { gatehouse } from '../support/installation.ts';
import { completed, overloaded } from '../support/jobs.ts';
import { until } from '../support/until.ts';

let on: ApiOnRedis;
beforeAll(async () => {
  on = await startApiOnRedis();
});
afterAll(() => on.close());

const jobs = (...args: string[]) => {
  const settings = [`redis.url=${on.redis.address.url}`, `redis.keyPrefix=${on.jobs.keyPrefix}`];
  return gatehouse(['jobs', ...args, ...settings.flatMap((value) => ['--set', value])]);
};
const end = (jobId: string) => on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));

test('before there are any, list says so, and prints an empty array as JSON', async () => {
  const { code, stdout, stderr } = await jobs('list');
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'There are no such jobs.\n' });
  expect(await jobs('list', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
});

test('the jobs of every client are listed, and by what is asked for; no prompt is', async () => {
  const mine = await on.invoke('heliotrope');
  const body = { prompt: 'heliotrope' };
  const as = { client: 'service-b', tenant: 'acme' };
  const other = String((await on.api.call('/claude/invoke', { method: 'POST', body, as })).json().jobId);
  await on.jobs.store.cancel(other);
  const { stdout } = await jobs('list');
  for (const shown of [mine, other, 'service-a', 'service-b', 'acme']) expect(stdout).toContain(shown);
  expect(stdout).not.toContain('heliotrope');
  const idsOf = async (...args: string[]) =>
    (JSON.parse((await jobs('list', '--json', ...args)).stdout) as { jobId: string }[]).map(
      ({ jobId }) => jobId,
    );
  expect(await idsOf('--tenant', 'acme')).toEqual([other]);
  expect(await idsOf('--client', 'service-a')).toEqual([mine]);
  expect(await idsOf('--state', 'canceled,failed')).toEqual([other]);
  await on.jobs.store.cancel(mine);
});

test('show has why earlier attempts ended; cancel ends the job, and the audit says who did it', async () => {
  const worker = on.jobs.work(async () => ({ ...overloaded, retryAfterMs: 60_000 }));
  const call = { method: 'POST', body: { prompt: 'hello' }, headers: { 'x-repo': 'acme/shop' } } as const;
  const jobId = String((await on.api.call('/claude/invoke', call)).json().jobId);
  await until(async () => (await on.jobs.store.get(jobId))?.retries?.length === 1, 'it waits again');
  await worker.close(0);
  const shown = await jobs('show', jobId);
  expect(shown.stdout).toMatch(/^attempts +1$/m);
  expect(shown.stdout).toMatch(/^injected +context.repository from X-Repo$/m);
  expect(shown.stdout).toMatch(/attempt 1 ended at .*: provider_overloaded/);
  expect(await jobs('cancel', jobId)).toMatchObject({ code: 0, stdout: `${jobId} canceled\n` });
  expect(await on.jobs.store.get(jobId)).toMatchObject({ state: 'canceled' });
  const settings = [`redis.url=${on.redis.address.url}`, `redis.keyPrefix=${on.jobs.keyPrefix}`];
  const audit = await gatehouse(['audit', '--json', ...settings.flatMap((value) => ['--set', value])]);
  expect(JSON.parse(audit.stdout)).toMatchObject([
    { action: 'job.cancel', target: jobId, details: { client: 'service-a', tenant: 'default' } },
  ]);
  expect(JSON.parse((await jobs('show', jobId, '--json')).stdout)).toMatchObject({
    ...{ jobId, state: 'canceled', files: [], error: { code: 'canceled' } },
  });
  expect((await jobs('cancel', jobId, '--purge')).stdout).toBe(`${jobId} canceled, and removed\n`);
  expect(await on.jobs.store.get(jobId)).toBeUndefined();
});

test('tail follows a job to its end: the answer on stdout, the rest on stderr', async () => {
  const go = Promise.withResolvers<void>();
  const worker = on.jobs.work(async (_, report) => {
    await report({ type: 'text', text: 'first ' });
    await go.promise;
    await report({ type: 'tool', name: 'Bash', id: '1' });
    await report({ type: 'text', text: 'second' });
    return completed;
  });
  const jobId = await on.invoke();
  await until(async () => (await on.jobs.store.events(jobId, 2)).length > 0, 'it has begun');
  const tail = jobs('tail', jobId);
  go.resolve();
  const { code, stdout, stderr } = await tail;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'first second' });
  expect(stderr.split('\n')).toEqual([
    ...['-- queued (attempt 0)', '-- running (attempt 1)', '-- uses Bash'],
    ...['-- answered by stand-in', '-- completed (attempt 1)', ''],
  ]);
  const rest = await jobs('tail', jobId, '--json', '--after', '5');
  expect(
    rest.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).seq),
  ).toEqual([6, 7]);
  await worker.close(0);
});

test('the tail of a job that did not complete ends with 1', async () => {
  const jobId = await on.invoke();
  await on.jobs.store.cancel(jobId);
  expect(await jobs('tail', jobId)).toMatchObject({ code: 1, stdout: '' });
  await end(jobId);
});

test.each([
  [['show', 'nope'], "there is no job nope; 'gatehouse jobs list' shows those that there are."],
  [['cancel', 'nope'], "there is no job nope; 'gatehouse jobs list' shows those that there are."],
  [['list', '--state', 'done'], '--state done: expected one of queued, running, completed'],
  [['list', '--limit', '0'], '--limit 0: expected a whole number from 1 to 1000.'],
  [['tail', 'nope', '--after', 'x'], "--after x: expected an event's sequence number."],
])('jobs %j is refused with what to do', async (args, message) => {
  const { code, stdout, stderr } = await jobs(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(message);
});

test('without Redis there is one sentence, and no stack', async () => {
  const { code, stderr } = await gatehouse(['jobs', 'list', '--set', 'redis.url=redis://127.0.0.1:1']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^gatehouse: Redis does not answer: .*\n$/);
});
