import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { findTool, missingTool, ROOT } from '../../src/toolchain/index.ts';
import { openWorkspaces, type Workspaces } from '../../src/workspaces/index.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type LogLine, recordingLogger } from '../support/recording-logger.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import { workspacePlaces, workspacesOf } from '../support/workspaces.ts';

const missing = findTool('git') === undefined ? missingTool('git') : undefined;

let folder: string;
let repository: TestRepository;
let server: GitServer | undefined;
let workspaces: Workspaces | undefined;
let lines: LogLine[] = [];
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-kills-'));
  repository = makeRepository({ 'a.txt': 'one\n' });
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await workspaces?.close();
  await server?.close();
  server = undefined;
  repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

function settings(url: string): string[] {
  return [workspacesOf({ shop: { url } }), 'workspaces.maxAge=0s'];
}

function start(url: string): ChildProcess {
  const script = join(ROOT, 'test/support/workspace-process.ts');
  child = fork(script, [folder, ...settings(url)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return child;
}

async function kill(process: ChildProcess): Promise<void> {
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  await gone;
}

function open(url: string): Workspaces {
  const config = loadConfig({ dataDir: folder, cwd: folder, set: settings(url) });
  const recording = recordingLogger();
  lines = recording.lines;
  workspaces = openWorkspaces({
    config,
    logger: recording.logger,
    environment: process.env,
    now: Date.now,
    places: workspacePlaces(),
  });
  return workspaces;
}

const named = (pattern: RegExp) => {
  const name = readdirSync(join(folder, 'workspaces')).find((each) => pattern.test(each));
  return join(folder, 'workspaces', name ?? 'none');
};

function checkMirror(): void {
  const mirror = join(named(/^[0-9a-f]{24}$/), 'repository.git');
  execFileSync('git', ['--git-dir', mirror, 'fsck', '--no-dangling'], { stdio: 'pipe' });
  const tip = execFileSync('git', ['--git-dir', mirror, 'rev-parse', 'refs/heads/main'], {
    encoding: 'utf8',
  });
  expect(tip.trim()).toBe(repository.git('rev-parse', 'main'));
}

describe.skipIf(missing !== undefined)(
  `a process killed in the middle of a fetch${missing ? `: ${missing}` : ''}`,
  () => {
    test('leaves the mirror locked until its git is gone too; then it is put right', async () => {
      const gate = Promise.withResolvers<boolean>();
      server = await startGitServer({
        root: repository.path,
        before: (request) => (request.method === 'POST' ? gate.promise : false),
      });
      const url = `${server.url}.git`;
      const killed = start(url);
      await until(
        () => server?.requests.some((each) => each.startsWith('POST')) ?? false,
        'the fetch goes on',
        30_000,
      );
      await kill(killed);
      const isLocked = () => spawnSync('flock', ['-n', named(/\.lock$/), 'true']).status === 1;
      expect(isLocked()).toBe(true);
      const prepared = open(url).prepare('shop', 'main', new AbortController().signal);
      gate.resolve(false);
      await prepared;
      expect(isLocked()).toBe(false);
      checkMirror();
      expect(lines).toContainEqual(
        expect.objectContaining({ message: 'the last fetch of a workspace was cut' }),
      );
    });

    test('at random moments leaves a mirror that is put right', async () => {
      for (let n = 0; n < 8; n += 1) repository.commit({ [`random-${n}`]: randomBytes(1_000_000) });
      const url = `file://${repository.path}`;
      for (let n = 0; n < 6; n += 1) {
        repository.commit({ 'a.txt': `${n}\n` });
        const killed = start(url);
        const done = once(killed, 'exit');
        await until(() => existsSync(join(folder, 'workspaces')), 'it has begun', 30_000);
        await Promise.race([done, delay(Math.random() * 300)]);
        await Promise.all([done, kill(killed).catch(() => {})]);
      }
      await open(url).prepare('shop', 'main', new AbortController().signal);
      checkMirror();
    });
  },
);
