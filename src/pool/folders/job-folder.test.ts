import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeJobFolder } from './job-folder.ts';

let runtimeFolder: string;
beforeEach(() => {
  runtimeFolder = mkdtempSync(join(tmpdir(), 'gatehouse-test-job-'));
});
afterEach(() => rmSync(runtimeFolder, { recursive: true }));

test('a folder that cannot be made to its end leaves nothing', async () => {
  const nobody = { uid: 2 ** 33, gid: 2 ** 33 };
  await expect(makeJobFolder(runtimeFolder, nobody)).rejects.toThrow('out of range');
  expect(readdirSync(runtimeFolder)).toEqual([]);
});
