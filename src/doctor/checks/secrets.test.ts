import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { look } from '../../../test/support/doctor.ts';
import { secretFiles, secretsCheck } from './secrets.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function file(name: string, mode: number): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, 'a secret', { mode });
  return path;
}

test('files that only their owner may read are ok', async () => {
  const set = [`admin.tokenFile=${await file('own', 0o600)}`];
  expect(await look(secretsCheck, { set })).toEqual({
    state: 'ok',
    detail: '1 files, which only their owner may read',
  });
});

test('a file that others may read is limited, with the command that mends it', async () => {
  const path = await file('open', 0o644);
  expect(await look(secretsCheck, { set: [`admin.tokenFile=${path}`] })).toEqual({
    state: 'limited',
    detail: `Others may read ${path} (admin.tokenFile): chmod 600 ${path}.`,
  });
});

test('a file that is not there is missing, with the setting that names it', async () => {
  const set = ['model.apiKeyFile=/nowhere/key', `admin.tokenFile=${await file('other', 0o644)}`];
  expect(await look(secretsCheck, { set })).toEqual({
    state: 'missing',
    detail:
      'model.apiKeyFile names /nowhere/key, which cannot be read (ENOENT): write it, or correct the path.',
  });
});

test('files are found wherever a configuration names them', () => {
  const config = {
    redis: { passwordFile: '/a', tls: { certFile: '/no' } },
    model: { providers: [{ apiKeyFile: '/b' }, { name: 'x' }] },
    identity: { oidc: { clientSecretFile: '/c' }, mtls: undefined },
    admin: { tokens: [{ name: 'wallboard', file: '/d' }] },
    ratelimit: { files: ['/no'] },
  };
  expect(secretFiles(config)).toEqual([
    ['redis.passwordFile', '/a'],
    ['model.providers.0.apiKeyFile', '/b'],
    ['identity.oidc.clientSecretFile', '/c'],
    ['admin.tokens.0.file', '/d'],
  ]);
});
