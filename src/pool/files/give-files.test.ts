import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryArtifacts } from '../../../test/support/memory-artifacts.ts';
import { type ArtifactSink, JobsError } from '../../jobs/index.ts';
import { giveFiles } from './give-files.ts';
import { putFiles } from './put-files.ts';

let root: string;
let work: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-files-'));
  work = join(root, 'work');
  mkdirSync(work);
});
afterEach(() => rmSync(root, { recursive: true }));

const limits = {
  maxFileBytes: 1_000,
  maxDepth: 3,
  ignoredFolders: new Set(['.git']),
  passedOver: new Set<string>(),
};

function write(path: string, content = path): void {
  mkdirSync(join(work, path, '..'), { recursive: true });
  writeFileSync(join(work, path), content);
}

async function give(options: { put?: Map<string, string>; sink?: ArtifactSink } = {}) {
  const memory = memoryArtifacts();
  const { put = new Map(), sink = memory } = options;
  const report = await giveFiles(work, sink, put, limits, () => true);
  return { report, given: [...memory.kept].map(([path, bytes]) => [path, bytes.toString()]) };
}

test('regular files are given, in the order of their names, with what is in them', async () => {
  write('b');
  write('a/z');
  write('empty', '');
  expect((await give()).given).toEqual([
    ['a/z', 'a/z'],
    ['b', 'b'],
    ['empty', ''],
  ]);
});

test('a file that was there before the run is given only where the run has changed it', async () => {
  const files = ['same', 'changed', 'replaced'].map((path) => ({ path, text: 'x' }));
  const put = await putFiles(work, files, undefined);
  write('changed', 'y');
  utimesSync(join(work, 'changed'), 1, 1);
  write('new', 'x');
  renameSync(join(work, 'new'), join(work, 'replaced'));
  expect((await give({ put })).given.map(([path]) => path)).toEqual(['changed', 'replaced']);
});

test('what is no regular file of the job alone is not given, and does not hold it up', async () => {
  write('ok');
  writeFileSync(join(root, 'secret'), 'secret');
  symlinkSync(join(root, 'secret'), join(work, 'link'));
  symlinkSync(root, join(work, 'folder-link'));
  linkSync(join(root, 'secret'), join(work, 'hard-link'));
  execFileSync('mkfifo', [join(work, 'fifo')]);
  const server = createServer().listen(join(work, 'socket'));
  const { report, given } = await give();
  server.close();
  expect(given).toEqual([['ok', 'ok']]);
  expect(report).toEqual({ given: 1, refused: 5, notTaken: 0, incomplete: false });
});

test('ignored folders and those that lie too deep are passed over', async () => {
  write('.git/config');
  write('a/.git/config');
  write('a/b/c');
  write('a/b/c2/d');
  const { report, given } = await give();
  expect(given.map(([path]) => path)).toEqual(['a/b/c']);
  expect(report.incomplete).toBe(true);
});

test('a file that is too long is passed over without being read', async () => {
  write('long', '');
  truncateSync(join(work, 'long'), 2 ** 40);
  write('ok');
  expect(await give()).toMatchObject({ report: { given: 1, notTaken: 1 }, given: [['ok', 'ok']] });
});

test('a folder that becomes a link while it is walked leads nowhere', async () => {
  write('a/1');
  write('a/2');
  writeFileSync(join(root, '2'), 'secret');
  const memory = memoryArtifacts();
  const sink: ArtifactSink = {
    save(path, content) {
      if (path === 'a/1') {
        renameSync(join(work, 'a'), join(work, 'moved'));
        symlinkSync(root, join(work, 'a'));
      }
      return memory.save(path, content);
    },
  };
  await give({ sink });
  expect([...memory.kept.values()].map(String)).toEqual(['a/1', 'a/2']);
});

/** A sink that takes nothing. */
const refusing = (error: Error): ArtifactSink => ({
  save(_path, content) {
    content.destroy();
    return Promise.reject(error);
  },
});

test('a sink that is full ends it, one that does not take a file does not', async () => {
  write('a');
  write('b');
  const full = refusing(new JobsError('artifacts_full', 'full'));
  expect((await give({ sink: full })).report).toMatchObject({ given: 0, notTaken: 0, incomplete: true });
  const picky = refusing(new JobsError('artifact_path_invalid', 'no'));
  expect((await give({ sink: picky })).report).toMatchObject({ given: 0, notTaken: 2, incomplete: false });
});

test('what else a sink throws is thrown', async () => {
  write('a');
  await expect(give({ sink: refusing(new JobsError('attempt_superseded', 'late')) })).rejects.toThrow('late');
});
