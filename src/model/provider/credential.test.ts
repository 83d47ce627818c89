import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCredential as read } from './credential.ts';

const readCredential = (path: string | undefined, env: NodeJS.ProcessEnv) =>
  read(path, env, 'model.apiKeyFile');

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-key-'));
  file = join(folder, 'key');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the provider key', () => {
  it('comes from the file first', async () => {
    await writeFile(file, 'from-file\n');
    const env = { ANTHROPIC_API_KEY: 'from-env' };
    expect(await readCredential(file, env)).toEqual({ header: 'x-api-key', value: 'from-file' });
  });

  it('comes from ANTHROPIC_API_KEY before ANTHROPIC_AUTH_TOKEN', async () => {
    const env = { ANTHROPIC_API_KEY: ' key ', ANTHROPIC_AUTH_TOKEN: 'token' };
    expect(await readCredential(undefined, env)).toEqual({ header: 'x-api-key', value: 'key' });
    expect(await readCredential(undefined, { ...env, ANTHROPIC_API_KEY: '' })).toEqual({
      header: 'authorization',
      value: 'Bearer token',
    });
  });

  it('may be absent', async () => {
    expect(await readCredential(undefined, { ANTHROPIC_API_KEY: '  ' })).toBeUndefined();
  });
});

describe('a key that cannot be used', () => {
  it('is a file that is not there', async () => {
    await expect(readCredential(file, {})).rejects.toMatchObject({
      code: 'provider_key_unreadable',
      message: expect.stringContaining('cannot be read (ENOENT)'),
    });
  });

  it.each([
    ['an empty file', '\n', 'is empty'],
    ['two lines', 'sk-one\nsk-two', 'not a key'],
    ['text beyond ASCII', 'schlüssel', 'not a key'],
  ])('is %s, and the message does not repeat it', async (_, content, said) => {
    await writeFile(file, content);
    const failure = await readCredential(file, {}).catch((error: Error) => error.message);
    expect(failure).toContain(said);
    if (content.trim() !== '') expect(failure).not.toContain(content.slice(0, 6));
  });
});
