import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readKeyFile } from './key-file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-key-file-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const SETTING = 'identity.assertion.keyFile';

test('a key file of 32 bytes in hex is read, line break and all', async () => {
  const file = join(dir, 'key');
  await writeFile(file, `${'0aF1'.repeat(16)}\n`);
  expect(await readKeyFile(file, SETTING)).toEqual(Buffer.from('0af1'.repeat(16), 'hex'));
});

describe('a key file is refused', () => {
  test('when none is named', async () => {
    await expect(readKeyFile(undefined, SETTING)).rejects.toThrow(
      /^identity\.assertion\.keyFile is not set: write 32 random bytes in hex/,
    );
  });

  test('when it is not there', async () => {
    await expect(readKeyFile(join(dir, 'none'), SETTING)).rejects.toThrow(
      /identity\.assertion\.keyFile names .*none, which cannot be read \(ENOENT\)/,
    );
  });

  test.each([
    ['empty', '', 'does not hold hex digits'],
    ['not hex', 'secret'.repeat(20), 'does not hold hex digits'],
    ['half a byte too long', 'a'.repeat(65), 'does not hold hex digits'],
    ['short', 'ab'.repeat(31), 'holds only 31 bytes'],
  ])('when it is %s, without showing its content', async (_, content, problem) => {
    const file = join(dir, 'key');
    await writeFile(file, content);
    const error = await readKeyFile(file, SETTING).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_key_file', message: expect.stringContaining(problem) });
    expect(content === '' || !(error as Error).message.includes(content)).toBe(true);
  });
});
