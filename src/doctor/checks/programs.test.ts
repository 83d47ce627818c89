import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { look } from '../../../test/support/doctor.ts';
import { claudeCheck } from './claude.ts';
import { envoyCheck } from './envoy.ts';
import { gitCheck } from './git.ts';
import { promtoolCheck } from './promtool.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** A program that says one thing, whatever it is asked. */
async function program(name: string, says: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `#!/bin/sh\necho '${says}'\n`);
  await chmod(path, 0o755);
  return path;
}

describe.each([
  ['Envoy', envoyCheck, 'envoy.path', 'envoy  version: 7a/1.40.2/Clean/RELEASE', 'version: 7a/1.12.0/Clean'],
  ['Claude Code', claudeCheck, 'pool.claudePath', '2.1.330 (Claude Code)', '1.0.0 (Claude Code)'],
])('%s', (name, check, setting, tested, other) => {
  test('of the version that everything is tested with is ok', async () => {
    const path = await program(`${name}-tested`, tested);
    expect(await look(check, { set: [`${setting}=${path}`] })).toMatchObject({ state: 'ok' });
  });

  test('of another version is limited, with the one that is tested', async () => {
    const path = await program(`${name}-other`, other);
    const found = await look(check, { set: [`${setting}=${path}`] });
    expect(found).toEqual({
      state: 'limited',
      detail: expect.stringMatching(/^1\..* at \/.*: tested is \d/),
    });
  });

  test('that is not there is missing, with how to get it', async () => {
    const found = await look(check, { set: [`${setting}=/nowhere/program`] });
    expect(found).toEqual({ state: 'missing', detail: expect.stringContaining("run 'make setup'") });
  });
});

test('without git nothing is missing, unless repositories are configured', async () => {
  const set = ['workspaces.gitPath=/nowhere/git'];
  expect(await look(gitCheck, { set })).toEqual({
    state: 'optional',
    detail: expect.stringContaining("your system's git package"),
  });
  const repositories = 'workspaces.repositories={ main: { path: /srv/main.git, tenants: [acme] } }';
  expect(await look(gitCheck, { set: [...set, repositories] })).toMatchObject({ state: 'missing' });
});

test('promtool is looked for on PATH, and not needed', async () => {
  expect(await look(promtoolCheck, { env: { PATH: '/nowhere' } })).toMatchObject({ state: 'optional' });
  const path = await program('promtool', 'promtool, version 2.42.0');
  expect(await look(promtoolCheck, { env: { PATH: `/nowhere:${dir}` } })).toEqual({
    state: 'ok',
    detail: path,
  });
});
