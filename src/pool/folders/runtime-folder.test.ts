import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../telemetry/index.ts';
import { openRuntimeFolder, type RuntimeFolder } from './runtime-folder.ts';

const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
/** Nobody owns anything under this uid. */
const stranger = { uid: 2_000_000_000, gid: 2_000_000_000 };

let dataDir: string;
const opened: RuntimeFolder[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-test-runtime-'));
  chmodSync(dataDir, 0o711);
});
afterEach(async () => {
  for (const folder of opened.splice(0)) await folder.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(path: string, worker: { uid: number; gid: number }): Promise<string> {
  const folder = await openRuntimeFolder(path, worker, silentLogger);
  opened.push(folder);
  return folder.path;
}

const modeOf = (path: string) => lstatSync(path).mode & 0o777;

test('it lies in the data folder, and is closed to others where workers are ourselves', async () => {
  const path = await open(dataDir, self);
  expect(path.startsWith(join(dataDir, 'workers/'))).toBe(true);
  expect(modeOf(path)).toBe(0o700);
});

test('workers with another uid may pass through it but not look around', async () => {
  const path = await open(dataDir, stranger);
  expect(path.startsWith(join(dataDir, 'workers/'))).toBe(true);
  expect([modeOf(path), modeOf(join(path, '..'))]).toEqual([0o711, 0o711]);
});

test('where workers cannot enter the data folder it lies elsewhere', async () => {
  chmodSync(dataDir, 0o700);
  const path = await open(dataDir, stranger);
  expect(path.startsWith(dataDir)).toBe(false);
  expect(modeOf(path)).toBe(0o711);
});

test('where the data folder is too deep for a socket it lies elsewhere', async () => {
  const deep = join(dataDir, 'x'.repeat(90));
  const path = await open(deep, self);
  expect(path.startsWith(deep)).toBe(false);
  expect(Buffer.byteLength(`${path}/123456/model.sock`)).toBeLessThanOrEqual(107);
});

test('it goes when it is no longer needed, with the folder around it', async () => {
  chmodSync(dataDir, 0o700);
  const folder = await openRuntimeFolder(dataDir, stranger, silentLogger);
  writeFileSync(join(folder.path, 'file'), '');
  await folder.remove();
  expect(existsSync(join(folder.path, '..'))).toBe(false);
});

test('it can be made again where something has cleared it away', async () => {
  const folder = await openRuntimeFolder(dataDir, stranger, silentLogger);
  opened.push(folder);
  rmSync(join(folder.path, '..'), { recursive: true });
  folder.ensure();
  expect(modeOf(folder.path)).toBe(0o711);
});

test('a link in its place is refused', async () => {
  mkdirSync(join(dataDir, 'elsewhere'));
  symlinkSync(join(dataDir, 'elsewhere'), join(dataDir, 'workers'));
  await expect(open(dataDir, self)).rejects.toMatchObject({ code: 'runtime_folder_unsafe' });
  expect(readdirSync(join(dataDir, 'elsewhere'))).toEqual([]);
});

test('a folder that others can write to is refused', async () => {
  mkdirSync(join(dataDir, 'workers'));
  chmodSync(join(dataDir, 'workers'), 0o777);
  await expect(open(dataDir, self)).rejects.toMatchObject({ code: 'runtime_folder_unsafe' });
});

test('what a process left behind that is gone is removed, what lives is kept', async () => {
  const path = await open(dataDir, self);
  const host = path.split('/').at(-1)?.split('-')[0];
  const workers = join(dataDir, 'workers');
  // No pid can be this high: /proc/sys/kernel/pid_max is at most 4194304.
  const gone = join(workers, `${host}-99999999`);
  const alive = join(workers, `${host}-${process.ppid}`);
  const elsewhere = join(workers, '00000000-99999999');
  for (const folder of [gone, alive, elsewhere]) mkdirSync(folder);
  await open(dataDir, self);
  expect([gone, alive, elsewhere].map((folder) => existsSync(folder))).toEqual([false, true, true]);
});

test('folders that a job nested deeper than a path may be long are removed, at a start and at the end', async () => {
  const path = await open(dataDir, self);
  const host = path.split('/').at(-1)?.split('-')[0];
  const gone = join(dataDir, 'workers', `${host}-99999999`);
  mkdirSync(gone);
  for (const folder of [path, gone]) nestDeeply(folder);
  await open(dataDir, self);
  expect([existsSync(gone), readdirSync(join(dataDir, 'workers'))]).toEqual([
    false,
    [path.split('/').at(-1)],
  ]);
});

/** Makes a path twenty times as long as PATH_MAX (limits.h) allows in one call. */
function nestDeeply(folder: string): void {
  const script =
    'import os,sys\nos.chdir(sys.argv[1])\nfor _ in range(400):\n os.mkdir("d"*200); os.chdir("d"*200)';
  execFileSync('python3', ['-c', script, folder]);
}
