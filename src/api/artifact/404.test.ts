import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectProblem } from '../../../test/support/api.ts';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';
import { completed } from '../../../test/support/jobs.ts';

let on: ApiOnRedis;
let jobId: string;
beforeAll(async () => {
  on = await startApiOnRedis();
  const worker = on.jobs.work(async ({ artifacts }) => {
    await artifacts.save('dir/a.txt', Readable.from(['x']));
    return completed;
  });
  jobId = await on.invoke();
  await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  await worker.close(0);
});
afterAll(() => on.close());

const read = (path: string, as = {}) => on.api.call(`/claude/jobs/${jobId}/artifacts/${path}`, { as });

test.each([
  ...['b.txt', 'dir', 'dir/', '/dir/a.txt', 'dir/a.txt/', '..%2f..%2fetc%2fpasswd', '%2Fetc%2Fpasswd'],
  ...['dir%5Ca.txt', 'dir/a.txt%00'],
])('%s names no file of the job', async (path) => {
  expectProblem(await read(path), 404, 'artifact_not_found', 'Artifact not found');
});

test("another's file is not found, as the job is not", async () => {
  expect((await read('dir/a.txt')).status).toBe(200);
  for (const as of [{ client: 'service-b' }, { tenant: 'other' }]) {
    expectProblem(await read('dir/a.txt', as), 404, 'job_not_found', 'Job not found');
  }
});

test('a file that was removed to make room is not found', async () => {
  await rm(String(on.jobs.config.jobs.artifacts.folder), { recursive: true });
  expectProblem(await read('dir/a.txt'), 404, 'artifact_not_found', 'Artifact not found');
});
