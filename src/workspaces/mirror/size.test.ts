import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { diskBytes, sizeFailure } from './size.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-size-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Has a program of the test's own in du(1)'s place. */
function standInForDu(script: string): void {
  writeFileSync(join(folder, 'du'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
}

test('a folder takes what its files take', async () => {
  writeFileSync(join(folder, 'file'), Buffer.alloc(100_000, 1));
  expect(await diskBytes(folder)).toBeGreaterThanOrEqual(100_000);
  expect(await sizeFailure(folder, 50_000)).toBe('too_large');
  expect(await sizeFailure(folder, 10_000_000)).toBeUndefined();
});

test('a file that is removed meanwhile is no failure', async () => {
  standInForDu(
    `echo "du: cannot access '/a/tmp_pack_x': No such file or directory" >&2; printf '12\\t/a\\n'; exit 1`,
  );
  expect(await diskBytes(folder)).toBe(12 * 1024);
});

test.each([
  ['was killed, as one is that takes too long', "printf '12\\t/a\\n'; kill -9 $$"],
  ['said nothing', 'exit 1'],
  ['said something else', 'echo many'],
  [
    'could not read a folder',
    `echo "du: cannot read directory '/a/b': Input/output error" >&2; printf '12\\t/a\\n'; exit 1`,
  ],
  ['gave up', `echo "du: fts_read failed: /a: No such file or directory" >&2; printf '12\\t/a\\n'; exit 1`],
])('where du %s the size is not known, and not small', async (_, script) => {
  standInForDu(script);
  expect(await diskBytes(folder)).toBeUndefined();
  expect(await sizeFailure(folder, 10_000_000)).toBe('unmeasured');
});

test('where du is not installed the size is not known', async () => {
  vi.stubEnv('PATH', folder);
  expect(await sizeFailure(folder, 10_000_000)).toBe('unmeasured');
});
