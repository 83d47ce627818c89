import { createHash } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import type { JobState } from '../job.ts';
import { type ArtifactFiles, openArtifactFiles } from './files.ts';
import { startArtifactRetention } from './retention.ts';

let folder: string;
let files: ArtifactFiles;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-artifacts-'));
  files = openArtifactFiles(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const jobIdOf = (n: number) => `7d0f2c9e-0000-4000-8000-00000000000${n}`;

async function keep(n: number, bytes: number): Promise<void> {
  await files.write(
    { jobId: jobIdOf(n), attempt: 1, path: 'a' },
    Readable.from([Buffer.alloc(bytes)]),
    1_000,
  );
}

async function afterOneLook(states: Record<string, JobState>, maxTotalBytes: number): Promise<string[]> {
  const retention = startArtifactRetention({
    files,
    stateOf: async (jobId) => states[jobId],
    maxTotalBytes,
    everyMs: 60_000,
    onError: (error) => {
      throw error;
    },
  });
  await until(() => retention.freeBytes() < maxTotalBytes, 'the folder was looked through');
  await retention.close();
  return (await files.list()).map(({ jobId }) => jobId).sort();
}

test('the files of jobs that are gone are removed, those of others stay', async () => {
  for (const n of [1, 2, 3]) await keep(n, 10);
  const left = await afterOneLook({ [jobIdOf(1)]: 'completed', [jobIdOf(3)]: 'running' }, 1_000);
  expect(left).toEqual([jobIdOf(1), jobIdOf(3)]);
});

test('over the size of all, the jobs that ended and changed longest ago lose theirs first', async () => {
  for (const n of [1, 2, 3]) await keep(n, 10);
  const file = (n: number) => join(folder, jobIdOf(n), '1', createHash('sha256').update('a').digest('hex'));
  await utimes(file(1), 30, 30);
  await utimes(file(2), 10, 10);
  await utimes(file(3), 20, 20);
  const states = { [jobIdOf(1)]: 'failed', [jobIdOf(2)]: 'running', [jobIdOf(3)]: 'completed' } as const;
  expect(await afterOneLook(states, 25)).toEqual([jobIdOf(1), jobIdOf(2)]);
});

test('without a folder there is room', async () => {
  await rm(folder, { recursive: true });
  const retention = startArtifactRetention({
    files,
    stateOf: async () => undefined,
    maxTotalBytes: 5,
    everyMs: 60_000,
    onError: (error) => {
      throw error;
    },
  });
  await retention.close();
  expect(retention.freeBytes()).toBe(5);
});
