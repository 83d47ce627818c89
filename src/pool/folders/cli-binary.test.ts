import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cliBinary } from './cli-binary.ts';

/** Nobody owns anything under this uid. */
const stranger = { uid: 2_000_000_000, gid: 2_000_000_000 };

let installed: string;
let runtime: string;
beforeEach(() => {
  installed = mkdtempSync(join(tmpdir(), 'gatehouse-test-installed-'));
  runtime = mkdtempSync(join(tmpdir(), 'gatehouse-test-runtime-'));
  writeFileSync(join(installed, 'claude'), 'version 1');
  chmodSync(join(installed, 'claude'), 0o755);
});
afterEach(() => {
  for (const folder of [installed, runtime]) rmSync(folder, { recursive: true });
});

test('a CLI that workers can reach is used where it is', async () => {
  chmodSync(installed, 0o711);
  const cli = cliBinary(() => join(installed, 'claude'), runtime, stranger);
  expect(await cli.locate()).toBe(join(installed, 'claude'));
});

test('a CLI that workers cannot reach is copied, once', async () => {
  const cli = cliBinary(() => join(installed, 'claude'), runtime, stranger);
  const [first, second] = await Promise.all([cli.locate(), cli.locate()]);
  expect(first).toBe(join(runtime, 'claude'));
  expect(second).toBe(first);
  const { ino } = statSync(join(runtime, 'claude'));
  await cli.locate();
  expect(statSync(join(runtime, 'claude')).ino).toBe(ino);
  expect(existsSync(join(runtime, 'claude.partial'))).toBe(false);
});

test('a CLI that was updated meanwhile is copied again', async () => {
  const cli = cliBinary(() => join(installed, 'claude'), runtime, stranger);
  await cli.locate();
  writeFileSync(join(installed, 'claude'), 'version 2.0');
  await cli.locate();
  expect(readFileSync(join(runtime, 'claude'), 'utf8')).toBe('version 2.0');
});

test('a copy that was damaged or removed is made again', async () => {
  const cli = cliBinary(() => join(installed, 'claude'), runtime, stranger);
  await cli.locate();
  writeFileSync(join(runtime, 'claude'), 'ver');
  await cli.locate();
  expect(readFileSync(join(runtime, 'claude'), 'utf8')).toBe('version 1');
  rmSync(join(runtime, 'claude'));
  await cli.locate();
  expect(readFileSync(join(runtime, 'claude'), 'utf8')).toBe('version 1');
});

test('a CLI that is installed later is found then', async () => {
  let path: string | undefined;
  const cli = cliBinary(() => path, runtime, stranger);
  expect(await cli.locate()).toBeUndefined();
  path = join(installed, 'claude');
  expect(await cli.locate()).toBe(join(runtime, 'claude'));
});
