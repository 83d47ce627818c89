import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canEnter, canRun } from './traversable.ts';

/** Nobody owns anything under this uid. */
const stranger = { uid: 2_000_000_000, gid: 2_000_000_000 };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-reach-'));
  chmodSync(root, 0o711);
  mkdirSync(join(root, 'inner'));
  writeFileSync(join(root, 'inner/program'), '');
  chmodSync(join(root, 'inner/program'), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

test('what is below folders that others may enter can be entered and run', () => {
  expect(canEnter(join(root, 'inner'), stranger)).toBe(true);
  expect(canRun(join(root, 'inner/program'), stranger)).toBe(true);
});

test('one closed folder anywhere above hides what is below', () => {
  chmodSync(root, 0o700);
  expect(canEnter(join(root, 'inner'), stranger)).toBe(false);
  expect(canRun(join(root, 'inner/program'), stranger)).toBe(false);
});

test('the owner of a closed folder gets in', () => {
  chmodSync(root, 0o700);
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  expect(canEnter(join(root, 'inner'), owner)).toBe(true);
});

test('a link is judged by where it leads', () => {
  mkdirSync(join(root, 'closed'));
  writeFileSync(join(root, 'closed/program'), '');
  chmodSync(join(root, 'closed/program'), 0o755);
  chmodSync(join(root, 'closed'), 0o700);
  symlinkSync(join(root, 'closed/program'), join(root, 'link'));
  expect(canRun(join(root, 'link'), stranger)).toBe(false);
});

test('a program that others may not read cannot be run by them', () => {
  chmodSync(join(root, 'inner/program'), 0o711);
  expect(canRun(join(root, 'inner/program'), stranger)).toBe(false);
});
