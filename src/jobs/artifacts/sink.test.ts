import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JobsError } from '../error.ts';
import type { JobChange } from '../job-log.ts';
import { openStoredFiles, type StoredFiles } from '../stored-files/files.ts';
import type { Room } from '../stored-files/retention.ts';
import { artifactPlace } from './place.ts';
import { type ArtifactLimits, createArtifactSink } from './sink.ts';

const JOB = { jobId: '7d0f2c9e-0000-4000-8000-000000000000', attempt: 1 };
const placeOf = (path: string) => artifactPlace(JOB.jobId, JOB.attempt, path);
let folder: string;
let files: StoredFiles;
let changes: JobChange[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-artifacts-'));
  files = openStoredFiles(folder);
  changes = [];
});
afterEach(() => rm(folder, { recursive: true }));

const roomOf = (bytes: number): Room => {
  let left = bytes;
  return {
    freeBytes: () => left,
    take: (taken) => {
      left -= taken;
    },
  };
};

function sinkWith(limits: Partial<ArtifactLimits> = {}, append?: (change: JobChange) => Promise<void>) {
  return createArtifactSink({
    files,
    ...JOB,
    limits: { maxFileBytes: 10, maxBytesPerJob: 20, maxFilesPerJob: 3, room: roomOf(1_000), ...limits },
    append: append ?? (async (change) => void changes.push(change)),
  });
}
const save = (sink: ReturnType<typeof sinkWith>, path: string, content: string) =>
  sink.save(path, Readable.from([Buffer.from(content)]));
const filesOnDisk = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

test('a file is kept, described, and in the log', async () => {
  const described = await save(sinkWith(), 'out/a.txt', 'hello');
  const sha256 = createHash('sha256').update('hello').digest('hex');
  expect(described).toEqual({ bytes: 5, sha256, contentType: 'text/plain; charset=utf-8' });
  const artifact = { path: 'out/a.txt', ...described };
  expect(changes).toEqual([
    {
      fields: { artifacts: { count: 1, bytes: 5 }, artifactList: [artifact] },
      events: [{ type: 'artifact', ...artifact }],
    },
  ]);
  const content = await files.read(placeOf('out/a.txt'));
  expect(content && (await text(content))).toBe('hello');
});

test('a path that is saved again is replaced', async () => {
  const sink = sinkWith();
  await save(sink, 'a', 'first');
  await save(sink, 'a', 'then');
  expect(changes.at(-1)?.fields.artifacts).toEqual({ count: 1, bytes: 4 });
  const content = await files.read(placeOf('a'));
  expect(content && (await text(content))).toBe('then');
});

test('files that are saved at once are kept one after the other', async () => {
  const sink = sinkWith();
  await Promise.all(['a', 'b', 'c'].map((path) => save(sink, path, path)));
  expect(changes.map(({ fields }) => fields.artifactList?.map(({ path }) => path).join())).toEqual([
    ...['a', 'a,b', 'a,b,c'],
  ]);
});

test('a file that is too large is not kept, and the next one is', async () => {
  const sink = sinkWith();
  await expect(save(sink, 'a', 'x'.repeat(11))).rejects.toMatchObject({ code: 'artifact_too_large' });
  expect(await filesOnDisk()).toEqual([]);
  await save(sink, 'b', 'x'.repeat(10));
});

test.each([
  ['bytes of the job', { maxBytesPerJob: 7 }],
  ['files of the job', { maxFilesPerJob: 1 }],
  ['bytes of all jobs', { room: roomOf(7) }],
])('over the %s no more is kept', async (_, limits) => {
  const sink = sinkWith(limits);
  await save(sink, 'a', 'four');
  await expect(save(sink, 'b', 'four')).rejects.toMatchObject({ code: 'artifacts_full' });
  expect(changes).toHaveLength(1);
});

test('a path that reaches elsewhere is refused, and nothing of it is read', async () => {
  const content = Readable.from(['x']);
  await expect(sinkWith().save('../../etc/passwd', content)).rejects.toMatchObject({
    code: 'artifact_path_invalid',
  });
  expect(content.destroyed).toBe(true);
  expect(await filesOnDisk()).toEqual([]);
});

test('an attempt that is no longer the current one keeps nothing that counts', async () => {
  const sink = sinkWith({}, async () => {
    throw new JobsError('attempt_superseded', 'no longer');
  });
  await expect(save(sink, 'a', 'x')).rejects.toMatchObject({ code: 'attempt_superseded' });
  expect(await files.read({ ...placeOf('a'), version: '2' })).toBeUndefined();
});

test('content that breaks off leaves nothing behind', async () => {
  const broken = new Readable({
    read() {
      this.destroy(new Error('broke off'));
    },
  });
  await expect(sinkWith().save('a', broken)).rejects.toThrow('broke off');
  expect(await filesOnDisk()).toEqual([]);
});
