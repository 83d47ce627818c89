import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureSecret } from './secrets.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-secrets-'));
  file = join(dir, 'a.key');
});
afterEach(() => rm(dir, { recursive: true }));

test('a secret is 32 random bytes in hex that only the owner can read', async () => {
  await ensureSecret(file);
  expect(await readFile(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a secret that is there stays', async () => {
  await Promise.all([ensureSecret(file), ensureSecret(file)]);
  const first = await readFile(file, 'utf8');
  await ensureSecret(file);
  expect(await readFile(file, 'utf8')).toBe(first);
});

test('a file that holds something else is named and not replaced', async () => {
  await writeFile(file, 'not hex');
  await expect(ensureSecret(file)).rejects.toMatchObject({
    code: 'secret_unusable',
    message: expect.stringContaining(`${file} does not hold 32 bytes in hex`),
  });
  expect(await readFile(file, 'utf8')).toBe('not hex');
});
