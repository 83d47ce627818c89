import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Emptier } from './emptier.ts';

let root: string;
let folders: string[];
const emptier = new Emptier();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-empty a b*-'));
  folders = ['one', 'two'].map((name) => join(root, name));
  for (const folder of folders) mkdirSync(folder);
});
afterEach(() => {
  emptier.close();
  rmSync(root, { recursive: true });
});

const left = () => folders.flatMap((folder) => readdirSync(folder));

test('folders are emptied of whatever it is called, and themselves stay', async () => {
  mkdirSync(join(root, 'one/a/b'), { recursive: true });
  for (const name of ['a/b/c', '.hidden', '-delete', 'with\nline', "quote'"])
    writeFileSync(join(root, 'one', name), '');
  writeFileSync(join(root, 'two/x'), '');
  await emptier.empty(folders);
  expect(left()).toEqual([]);
});

test('what a link leads to stays', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'gatehouse-test-outside-'));
  writeFileSync(join(outside, 'precious'), '');
  symlinkSync(outside, join(root, 'one/link'));
  await emptier.empty(folders);
  expect(existsSync(join(outside, 'precious'))).toBe(true);
  expect(left()).toEqual([]);
  rmSync(outside, { recursive: true });
});

test('many calls at once are done one after the other, and leave no listener behind', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      writeFileSync(join(root, 'one', String(index)), '');
      await emptier.empty(folders);
    }),
  );
  await setImmediate();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
  expect(left()).toEqual([]);
});

test('a shell that was killed is replaced', async () => {
  const before = children();
  await emptier.empty(folders);
  const shells = children().filter((pid) => !before.includes(pid));
  expect(shells).toHaveLength(1);
  for (const pid of shells) process.kill(Number(pid), 'SIGKILL');
  await emptier.empty(folders);
  writeFileSync(join(root, 'one/x'), '');
  await emptier.empty(folders);
  expect(left()).toEqual([]);
});

/** Pids of the processes that this one has started. */
function children(): string[] {
  const tasks = readdirSync('/proc/self/task').map((task) => `/proc/self/task/${task}/children`);
  return tasks.flatMap((path) => readFileSync(path, 'utf8').trim().split(' ')).filter((pid) => pid !== '');
}
