import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { examineWorkspaces } from './examine.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-git-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param version what stands in for git says that it is */
function examine(version: string) {
  const gitPath = join(folder, 'git');
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo "git version ${version}" || printf 'a\\trefs/heads/main\\n'\n`;
  writeFileSync(gitPath, script, { mode: 0o755 });
  const repositories = JSON.stringify({ shop: { path: '/srv/shop', tenants: ['*'] } });
  const set = [`workspaces.gitPath=${gitPath}`, `workspaces.repositories=${repositories}`];
  return examineWorkspaces(loadConfig({ dataDir: folder, cwd: folder, set }), process.env);
}

test.each(['1.9.5', '2.31.8'])('git %s is too old', async (version) => {
  expect(await examine(version)).toEqual([
    {
      name: 'shop',
      state: 'missing',
      detail: expect.stringMatching(/is git \d+\.\d+: install 2\.32 or newer\.$/),
    },
  ]);
});

test.each(['2.32.0', '2.39.5', '3.0.1.windows'])('git %s will do', async (version) => {
  expect(await examine(version)).toEqual([{ name: 'shop', state: 'ok', detail: '/srv/shop, branch main' }]);
});
