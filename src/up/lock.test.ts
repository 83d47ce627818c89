import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock } from './lock.ts';
import { identifyProcess } from './process-identity.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-lock-'));
  file = join(dir, 'up.pid');
});
afterEach(() => rm(dir, { recursive: true }));

test('a second one is refused and told who has it', async () => {
  const lock = await acquireLock(file, '/data');
  await expect(acquireLock(file, '/data')).rejects.toMatchObject({
    code: 'already_running',
    message: expect.stringContaining(`already running on /data (pid ${process.pid})`),
  });
  lock.release();
});

test('after release it can be had again, and nothing stays behind', async () => {
  (await acquireLock(file, '/data')).release();
  (await acquireLock(file, '/data')).release();
  expect(await readdir(dir)).toEqual([]);
});

test('the lock of a process that is gone is taken over', async () => {
  const child = spawn('true');
  const dead = { pid: child.pid, startedAt: '1' };
  await writeFile(file, JSON.stringify(dead));
  (await acquireLock(file, '/data')).release();
});

test('a living process that only has the same pid as the owner had does not keep the lock', async () => {
  await writeFile(file, JSON.stringify({ pid: process.pid, startedAt: '1' }));
  (await acquireLock(file, '/data')).release();
});

test.each(['', '{', '{"pid":"1"}'])('a damaged lock file (%j) is replaced', async (content) => {
  await writeFile(file, content);
  (await acquireLock(file, '/data')).release();
});

test('of many at the same time exactly one gets it', async () => {
  await writeFile(file, JSON.stringify({ pid: 1, startedAt: 'never' }));
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(file, '/data')));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test("release leaves another process's lock alone", async () => {
  const lock = await acquireLock(file, '/data');
  const other = identifyProcess(process.ppid);
  await writeFile(file, JSON.stringify(other));
  lock.release();
  await expect(acquireLock(file, '/data')).rejects.toThrow(`pid ${process.ppid}`);
});
