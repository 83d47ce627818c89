import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startTestJobs, statesOf } from '../support/jobs.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const LEASE_MS = 1_000;
const STEPS = 20;

test('a worker that stood still and was taken for dead can append no event, file or result any more', async () => {
  const redis = await startTestRedis();
  onTestFinished(() => redis.close());
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-stalled-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const settings = [
    `jobs.artifacts.folder=${join(dir, 'artifacts')}`,
    `jobs.sessions.folder=${dir}/sessions`,
  ];
  const jobs = await startTestJobs(redis, ...settings);
  onTestFinished(() => jobs.close());
  const journal = join(dir, 'journal');
  const startWorker = async () => {
    const script = fileURLToPath(new URL('../support/journaling-worker.ts', import.meta.url));
    const set = [`redis.url=${redis.address.url}`, `redis.keyPrefix=${jobs.keyPrefix}`, ...settings];
    const child = fork(script, [journal, String(LEASE_MS), ...set], { execArgv: [] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    return child;
  };

  const stalled = await startWorker();
  const jobId = await jobs.submit(String(STEPS));
  await until(async () => (await jobs.store.events(jobId, 2)).length > 1, 'the first worker writes');
  stalled.kill('SIGSTOP');
  await startWorker();
  await until(async () => (await jobs.store.get(jobId))?.attempts === 2, 'the second worker has it');
  stalled.kill('SIGCONT');
  expect(await jobs.store.waitForEnd(jobId, AbortSignal.timeout(30_000))).toBe(true);
  await until(
    async () =>
      (await readFile(journal, 'utf8')).split('\n').filter((line) => / end /.test(line)).length === 2,
    'both have stopped',
  );

  expect(await jobs.store.get(jobId)).toMatchObject({
    ...{ state: 'completed', attempts: 2, result: { text: 'of attempt 2' } },
    artifacts: { count: 1, bytes: 1 },
  });
  const all = [];
  for (let page = await jobs.store.events(jobId, 0); page.length > 0; ) {
    all.push(...page);
    page = await jobs.store.events(jobId, all.length);
  }
  expect(statesOf(all)).toEqual(['0:queued', '1:running', '2:running', '2:completed']);
  const begun = all.findIndex(({ attempt }) => attempt === 2);
  expect(all.slice(begun).every(({ attempt }) => attempt === 2)).toBe(true);
  expect(all.filter(({ type }) => type === 'artifact')).toHaveLength(1);
  const { attempt = 0, list = [] } = (await jobs.store.artifacts(jobId)) ?? {};
  expect({ attempt, paths: list.map(({ path }) => path) }).toEqual({ attempt: 2, paths: ['made.txt'] });
  const content = await jobs.store.readArtifact(jobId, 2, 'made.txt');
  expect(content && (await text(content))).toBe('2');
});
