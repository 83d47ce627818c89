import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskUse } from './disk-use.ts';

const MIB = 2 ** 20;
let root: string;
let folders: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-disk-'));
  folders = ['work', 'home'].map((name) => join(root, name));
  for (const folder of folders) mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true }));

const self = [{ folder: '/proc/self', innerPid: 1, residentBytes: 0 }];

test('what all folders hold counts, by what is allocated and not by what it looks like', async () => {
  const before = await diskUse(folders, []);
  expect(before.files).toBe(2);
  writeFileSync(join(root, 'work/a'), Buffer.alloc(3 * MIB));
  mkdirSync(join(root, 'home/b'));
  writeFileSync(join(root, 'home/b/c'), Buffer.alloc(MIB));
  writeFileSync(join(root, 'work/sparse'), '');
  truncateSync(join(root, 'work/sparse'), 2 ** 40);
  const { bytes, files } = await diskUse(folders, []);
  expect(bytes - before.bytes).toBeGreaterThanOrEqual(4 * MIB);
  expect(bytes - before.bytes).toBeLessThan(5 * MIB);
  expect(files).toBe(6);
});

test('a file counts that was removed but is still open', async () => {
  const path = join(root, 'work/hidden');
  const before = await diskUse(folders, self);
  writeFileSync(path, Buffer.alloc(5 * MIB));
  const descriptor = openSync(path, 'r');
  rmSync(path);
  const { bytes } = await diskUse(folders, self);
  closeSync(descriptor);
  expect(bytes - before.bytes).toBeGreaterThanOrEqual(5 * MIB);
});
