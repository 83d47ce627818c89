import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { findTool, missingTool, ROOT } from '../../src/toolchain/index.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import { workspacesOf } from '../support/workspaces.ts';

const missing = (['bwrap', 'git'] as const).find((tool) => findTool(tool) === undefined);
const page = readFileSync(join(ROOT, 'docs/workspaces.md'), 'utf8');
const [ask, read] = [...page.matchAll(/^```sh\n(.*?)^```\n```\w+\n(.*?)^```/gms)].map(
  ([, command = '', answer = '']) => ({ command, answer }),
);

interface Answer {
  jobId: string;
  state: string;
  result: { text: string; changes: Record<string, unknown> };
  injected: Record<string, unknown>[];
}

test('the configuration of docs/workspaces.md is a valid one', () => {
  const yaml = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-page-'));
  try {
    const file = join(folder, 'gatehouse.yaml');
    writeFileSync(file, yaml);
    expect(Object.keys(loadConfig({ file, dataDir: folder, cwd: folder }).workspaces.repositories)).toEqual([
      ...['shop', 'acme/site', 'billing'],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe.skipIf(missing !== undefined)(
  `the examples of docs/workspaces.md${missing ? `: ${missingTool(missing)}` : ''}`,
  () => {
    let up: Installation;
    let repository: TestRepository;
    let folder: string;
    beforeAll(async () => {
      repository = makeRepository({ 'README.md': 'Open all week.\n' });
      // The lines name the caller's own clone.
      folder = mkdtempSync(join(tmpdir(), 'gatehouse-page-'));
      renameSync(repository.path, join(folder, 'shop'));
      up = await startInstallation({
        set: [workspacesOf({ shop: { path: join(folder, 'shop'), tenants: ['default'] } })],
      });
    });
    afterAll(async () => {
      await up?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const shell = async (command: string, job = '') => {
      const env = { ...process.env, GATEHOUSE_KEY: up.apiKey, JOB: job };
      const line = command.replaceAll('http://127.0.0.1:8080', up.url);
      return (await promisify(execFile)('sh', ['-c', line], { env, cwd: folder })).stdout;
    };

    test('work as they stand there, through Envoy', async () => {
      const got = JSON.parse(await shell(ask?.command ?? '')) as Answer;
      const shown = JSON.parse(ask?.answer ?? '') as Answer;
      const commit = got.injected[1]?.commit;
      expect(commit).toMatch(/^[0-9a-f]{40}$/);
      expect(got.state).toBe(shown.state);
      expect(got.result).toEqual({ ...shown.result, changes: { ...shown.result.changes, commit } });
      expect(got.injected).toEqual([shown.injected[0], { ...shown.injected[1], commit }]);
      expect(await shell(read?.command ?? '', got.jobId)).toBe(read?.answer);
    });

    test('another name is refused with those that may be named', async () => {
      const refused = JSON.parse(await shell((ask?.command ?? '').replace('x-repo: shop', 'x-repo: shp')));
      expect(refused).toMatchObject({
        ...{ status: 400, code: 'invalid_request' },
        detail: "context.repository: expected one of your tenant's workspaces: shop",
      });
    });
  },
);
