import { createHash } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { openStoredFiles, type StoredFiles } from './files.ts';
import { type Need, startFileRetention } from './retention.ts';

let folder: string;
let files: StoredFiles;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-artifacts-'));
  files = openStoredFiles(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const groupOf = (n: number) => `7d0f2c9e-0000-4000-8000-00000000000${n}`;

async function keep(n: number, bytes: number): Promise<void> {
  await files.write(
    { group: groupOf(n), version: '1', name: 'a' },
    Readable.from([Buffer.alloc(bytes)]),
    1_000,
  );
}

async function afterOneLook(needs: Record<string, Need>, maxTotalBytes: number): Promise<string[]> {
  const retention = startFileRetention({
    files,
    needOf: async (group) => needs[group] ?? 'not needed',
    maxTotalBytes,
    everyMs: 60_000,
    onError: (error) => {
      throw error;
    },
  });
  await until(() => retention.freeBytes() < maxTotalBytes, 'the folder was looked through');
  await retention.close();
  return (await files.list()).map(({ group }) => group).sort();
}

test('files that nobody needs are removed, others stay', async () => {
  for (const n of [1, 2, 3]) await keep(n, 10);
  const left = await afterOneLook({ [groupOf(1)]: 'if there is room', [groupOf(3)]: 'needed' }, 1_000);
  expect(left).toEqual([groupOf(1), groupOf(3)]);
});

test('over the size of all, those that are not needed at once and changed longest ago go first', async () => {
  for (const n of [1, 2, 3]) await keep(n, 10);
  const file = (n: number) => join(folder, groupOf(n), '1', createHash('sha256').update('a').digest('hex'));
  await utimes(file(1), 30, 30);
  await utimes(file(2), 10, 10);
  await utimes(file(3), 20, 20);
  const needs = {
    [groupOf(1)]: 'if there is room',
    [groupOf(2)]: 'needed',
    [groupOf(3)]: 'if there is room',
  } as const;
  expect(await afterOneLook(needs, 25)).toEqual([groupOf(1), groupOf(2)]);
});

test('without a folder there is room', async () => {
  await rm(folder, { recursive: true });
  const retention = startFileRetention({
    files,
    needOf: async () => 'needed',
    maxTotalBytes: 5,
    everyMs: 60_000,
    onError: (error) => {
      throw error;
    },
  });
  await retention.close();
  expect(retention.freeBytes()).toBe(5);
});
