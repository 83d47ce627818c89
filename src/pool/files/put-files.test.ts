import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putFiles } from './put-files.ts';

const isRoot = process.getuid?.() === 0;
let root: string;
let work: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-files-'));
  work = join(root, 'work');
  mkdirSync(work);
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (...paths: string[]) =>
  putFiles(
    work,
    paths.map((path) => ({ path, text: path })),
    undefined,
  );

test('files are written where their paths say, from text and from base64', async () => {
  await putFiles(
    work,
    [
      { path: 'a.txt', text: 'grüße' },
      { path: 'deep/er/b.bin', base64: Buffer.from([0, 255]).toString('base64') },
      { path: 'deep/c.txt', text: '' },
    ],
    undefined,
  );
  expect(readFileSync(join(work, 'a.txt'), 'utf8')).toBe('grüße');
  expect([...readFileSync(join(work, 'deep/er/b.bin'))]).toEqual([0, 255]);
  expect(readFileSync(join(work, 'deep/c.txt'), 'utf8')).toBe('');
});

test('files and their folders belong to the worker', async (context) => {
  if (!isRoot) context.skip('only root can give files away');
  await putFiles(work, [{ path: 'deep/a.txt', text: 'x' }], { uid: 61_234, gid: 61_235 });
  for (const path of ['deep', 'deep/a.txt']) {
    expect(statSync(join(work, path))).toMatchObject({ uid: 61_234, gid: 61_235 });
  }
});

test.each(['../out', '/out', 'a/../../out', '', 'a//b', './a', 'a\0b'])(
  'the path %j is refused',
  async (path) => {
    await expect(put(path)).rejects.toMatchObject({ code: 'file_path_invalid' });
    expect(existsSync(join(root, 'out'))).toBe(false);
  },
);

test.each([[['a', 'a']], [['a', 'a/b']], [['a/b', 'a']]])(
  'files that cannot both be are refused: %j',
  async (paths) => {
    await expect(put(...paths)).rejects.toMatchObject({ code: 'file_path_invalid' });
  },
);

test('no link is followed, as a file or as a folder', async () => {
  symlinkSync(root, join(work, 'folder'));
  symlinkSync(join(root, 'out'), join(work, 'file'));
  await expect(put('folder/out')).rejects.toMatchObject({ code: 'file_path_invalid' });
  await expect(put('file')).rejects.toMatchObject({ code: 'file_path_invalid' });
  expect(existsSync(join(root, 'out'))).toBe(false);
});
