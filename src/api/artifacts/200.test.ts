import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';
import { completed, overloaded } from '../../../test/support/jobs.ts';
import { until } from '../../../test/support/until.ts';

let on: ApiOnRedis;
beforeAll(async () => {
  on = await startApiOnRedis();
});
afterAll(() => on.close());

const listOf = async (jobId: string) => (await on.api.call(`/claude/jobs/${jobId}/artifacts`)).json();

test('a job that made none has an empty list', async () => {
  const jobId = await on.invoke();
  expect(await listOf(jobId)).toEqual({ jobId, attempt: 0, artifacts: [] });
  await on.jobs.store.cancel(jobId);
});

test('files are listed while the job runs, told as events, and counted in its status', async () => {
  const end = Promise.withResolvers<void>();
  const worker = on.jobs.work(async ({ artifacts }) => {
    await artifacts.save('out/naïve report.pdf', Readable.from([Buffer.from('%PDF')]));
    await end.promise;
    await artifacts.save('notes.md', Readable.from([Buffer.from('# notes')]));
    return completed;
  });
  const jobId = await on.invoke();
  await until(async () => ((await listOf(jobId)).artifacts as unknown[]).length === 1, 'the first is there');
  end.resolve();
  await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  const base = `/claude/jobs/${jobId}/artifacts`;
  const { attempt, artifacts } = await listOf(jobId);
  expect(attempt).toBe(1);
  expect(artifacts).toMatchObject([
    {
      path: 'out/naïve report.pdf',
      ...{ bytes: 4, contentType: 'application/pdf', url: `${base}/out/na%C3%AFve%20report.pdf` },
    },
    { path: 'notes.md', bytes: 7, contentType: 'text/markdown; charset=utf-8', url: `${base}/notes.md` },
  ]);
  expect((await on.api.call(`/claude/status/${jobId}`)).json().artifacts).toEqual({
    ...{ count: 2, bytes: 11, url: base },
  });
  const events = await on.jobs.store.events(jobId, 0);
  expect(events.filter(({ type }) => type === 'artifact')).toMatchObject([
    { path: 'out/naïve report.pdf' },
    { path: 'notes.md' },
  ]);
  await worker.close(0);
});

test('only the files of the last attempt count', async () => {
  const worker = on.jobs.work(async ({ attempt, artifacts }) => {
    await artifacts.save(`of-${attempt}.txt`, Readable.from(['x']));
    return attempt === 1 ? overloaded : completed;
  });
  const jobId = await on.invoke();
  await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await listOf(jobId)).toMatchObject({ attempt: 2, artifacts: [{ path: 'of-2.txt' }] });
  expect((await on.api.call(`/claude/jobs/${jobId}/artifacts/of-1.txt`)).status).toBe(404);
  await worker.close(0);
});
