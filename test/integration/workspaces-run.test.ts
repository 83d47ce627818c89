import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { conversation } from '../support/conversation.ts';
import { openTestPool, type TestPool, type TestRun } from '../support/pool.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import { workspacesOf } from '../support/workspaces.ts';

const missing = (['bwrap', 'git'] as const).find((tool) => findTool(tool) === undefined);

const BINARY = Buffer.from([0, 1, 2, 255, 254, 0]);

/** Runs with a process of its own, and with one that waits and is used again. */
describe.skipIf(missing !== undefined).each(['pool.warm.max=0', 'pool.warm.max=1'])(
  `with %s${missing ? `: ${missingTool(missing)}` : ''}`,
  (warm) => {
    let repository: TestRepository;
    let pool: TestPool;
    let applied: string | undefined;
    beforeAll(async () => {
      repository = makeRepository({
        'README.md': 'one\ntwo\nthree\n',
        'src/a.txt': 'a\n',
        'src/old name.txt': 'some text that stays\nand more of it\nand more\n',
        'tools/run.sh': { program: '#!/bin/sh\n' },
        'picture.bin': BINARY,
        latest: { link: 'src/a.txt' },
        '.gitignore': 'ignored/\n',
      });
      pool = await openTestPool({
        set: [warm, 'pool.workers=1', workspacesOf({ shop: { path: repository.path } })],
      });
    });
    afterEach(() => {
      if (applied !== undefined) rmSync(applied, { recursive: true });
      applied = undefined;
    });
    afterAll(async () => {
      await pool?.close();
      repository?.remove();
    });

    const runIn = (
      command: string,
      options: { files?: { path: string; text: string }[]; branch?: string } = {},
    ) => {
      const { files, branch } = options;
      const context = { repository: 'shop', ...(branch !== undefined && { branch }) };
      return pool.run({ prompt: `stand-in: bash ${command}`, context, ...(files && { files }) });
    };

    const changesOf = ({ outcome }: TestRun) => {
      if (outcome.kind !== 'completed') throw new Error(JSON.stringify(outcome));
      return outcome.changes;
    };

    /** The repository's files at the run's commit with the patch on them, as git sees them. */
    function apply(run: TestRun): (...args: string[]) => string {
      const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-applied-'));
      applied = folder;
      cpSync(repository.path, folder, { recursive: true, verbatimSymlinks: true });
      const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
      git('checkout', '--quiet', '--force', changesOf(run)?.commit ?? '');
      const patch = join(tmpdir(), `gatehouse-test-${process.pid}.patch`);
      writeFileSync(patch, run.files.get('changes.patch') ?? '');
      git('apply', '--index', patch);
      rmSync(patch);
      return git;
    }

    test('a job works in a fresh copy of the branch, and its commit is written down', async () => {
      const run = await runIn(
        'cat README.md src/a.txt; git status --short; git log --format=%H; git branch --show-current',
      );
      const commit = repository.git('rev-parse', 'main');
      expect(run.outcome).toMatchObject({
        kind: 'completed',
        text: `Bash answered: one\ntwo\nthree\na\n${commit}\nmain`,
      });
      expect(run.injected).toEqual([{ source: 'workspace', name: 'shop', branch: 'main', commit }]);
      expect(changesOf(run)).toEqual({
        ...{ workspace: 'shop', branch: 'main', commit },
        ...{ fileCount: 0, added: 0, removed: 0, files: [] },
      });
      expect([...run.files.keys()]).toEqual([]);
    });

    test('another branch is another copy', async () => {
      repository.git('checkout', '--quiet', '-b', 'topic/x');
      const commit = repository.commit({ 'topic.txt': 'of the topic\n' });
      repository.git('checkout', '--quiet', 'main');
      const run = await runIn('cat topic.txt; git branch --show-current', { branch: 'topic/x' });
      expect(run.outcome).toMatchObject({ text: 'Bash answered: of the topic\ntopic/x' });
      expect(run.injected).toMatchObject([{ branch: 'topic/x', commit }]);
    });

    test('every kind of change comes back in a patch that git applies', async () => {
      const run = await runIn(
        [
          ...['echo four >> README.md', 'rm src/a.txt', 'git mv "src/old name.txt" src/new.txt'],
          ...['chmod +x src/new.txt', 'chmod -x tools/run.sh', 'printf "\\0\\1\\2" > picture.bin'],
          ...[
            'ln -sfn tools/run.sh latest',
            'ln -s ../outside link',
            'mkdir -p deep/er',
            'printf "no end" > deep/er/file',
          ],
          ...['printf "\\0\\377" > made.bin', 'mkdir ignored', 'echo x > ignored/file', ': > empty'],
        ].join('; '),
      );
      const changes = changesOf(run);
      const summary = (changes?.files ?? []).map(({ status, path, from }) =>
        [status, path, from].filter(Boolean).join(' '),
      );
      expect(summary.sort()).toEqual([
        ...['added deep/er/file', 'added empty', 'added link', 'added made.bin', 'deleted src/a.txt'],
        ...['modified README.md', 'modified latest', 'modified picture.bin', 'modified tools/run.sh'],
        'renamed src/new.txt src/old name.txt',
      ]);
      expect(changes?.files.find(({ path }) => path === 'README.md')).toMatchObject({ added: 1, removed: 0 });
      expect(changes?.files.find(({ path }) => path === 'made.bin')).not.toHaveProperty('added');
      const git = apply(run);
      expect(git('ls-files', '--stage', 'latest', 'src/new.txt', 'tools/run.sh').match(/^\d+/gm)).toEqual([
        ...['120000', '100755', '100644'],
      ]);
      const file = (path: string) => readFileSync(join(applied ?? '', path));
      expect(file('README.md').toString()).toBe('one\ntwo\nthree\nfour\n');
      expect(file('deep/er/file').toString()).toBe('no end');
      expect(file('made.bin')).toEqual(Buffer.from([0, 255]));
      expect(file('picture.bin')).toEqual(Buffer.from([0, 1, 2]));
      expect(
        git('status', '--short')
          .split('\n')
          .filter((line) => line.startsWith('D')),
      ).toEqual(['D  src/a.txt']);
    });

    test('files with unusual names come back too', async () => {
      const names = String.raw`printf x > "$(printf 'a\tb')"; printf x > "$(printf 'new\nline')"; printf x > '"quoted" \'; printf x > -dash; printf x > ümlaut; printf x > "$(printf 'latin\344')"; printf x > ':(top)y'; mkdir -p ' '; printf x > ' /:0:'`;
      const run = await runIn(names);
      expect(changesOf(run)).toMatchObject({ fileCount: 8 });
      const git = apply(run);
      expect(git('ls-files', '-z').split('\0')).toEqual(
        expect.arrayContaining(['a\tb', 'new\nline', '"quoted" \\', '-dash', 'ümlaut', ':(top)y', ' /:0:']),
      );
    });

    test('what the run committed is in the patch as well', async () => {
      const run = await runIn(
        'echo x > committed; git add -A; git commit -qm one; echo y >> committed; git checkout -qb other; git commit -qam two',
      );
      expect(changesOf(run)?.files).toEqual([{ status: 'added', path: 'committed', added: 2, removed: 0 }]);
      apply(run);
    });

    test('files that the repository does not have are given out beside the patch, its own are not', async () => {
      const run = await runIn(
        'echo x >> README.md; echo r > report.md; mkdir -p ignored; echo i > ignored/i.txt',
      );
      expect([...run.files.keys()].sort()).toEqual(['changes.patch', 'ignored/i.txt', 'report.md']);
    });

    test('files of the request lie on top, and come back only where the run changed them', async () => {
      const files = [
        { path: 'README.md', text: 'mine\n' },
        { path: 'src/more.txt', text: 'more\n' },
        { path: 'latest', text: 'no link any more\n' },
      ];
      const untouched = await runIn('cat README.md src/more.txt latest', { files });
      expect(untouched.outcome).toMatchObject({ text: 'Bash answered: mine\nmore\nno link any more' });
      expect(changesOf(untouched)).toMatchObject({ fileCount: 0 });
      const run = await runIn('echo again >> README.md; echo again >> src/more.txt', { files });
      expect(changesOf(run)?.files).toEqual([
        { status: 'modified', path: 'README.md', added: 2, removed: 3 },
        { status: 'added', path: 'src/more.txt', added: 2, removed: 0 },
      ]);
      apply(run);
    });

    test('a file of the request that is a folder of the repository fails the job', async () => {
      const run = await runIn('true', { files: [{ path: 'src', text: 'x' }] });
      expect(run.outcome).toMatchObject({
        error: { code: 'workspace_unavailable', message: expect.stringContaining('"src"') },
        retryable: false,
      });
    });

    test('the next job finds nothing of the last one’s copy', async () => {
      await runIn('echo x > left; git config user.name changed; touch .git/left');
      const run = await runIn('ls -A; ls -A .git | grep left; git config user.name');
      expect(run.outcome).toMatchObject({
        text: expect.stringMatching(/README\.md\nlatest\npicture\.bin\nsrc\ntools\nworker$/),
      });
      const plain = await pool.run({ prompt: 'stand-in: bash ls -A | wc -l' });
      expect(plain.outcome).toMatchObject({ text: 'Bash answered: 0' });
    });

    test('a conversation goes on in a fresh copy', async () => {
      const session = conversation();
      const context = { repository: 'shop' };
      await pool.run({ prompt: 'stand-in: bash echo x >> README.md', context, session: 'talk' }, { session });
      expect(session.state).toBeDefined();
      const run = await pool.run(
        { prompt: 'stand-in: bash git status --short; git log --format=%s', context, session: 'talk' },
        { session },
      );
      expect(run.outcome).toMatchObject({ text: 'Bash answered: change', changes: { fileCount: 0 } });
    });

    test('the changes of a job whose time was up are kept', async () => {
      const context = { repository: 'shop' };
      const run = await pool.run(
        { prompt: 'stand-in: bash echo half > half.txt; sleep 60', context },
        { timeoutMs: 20_000 },
      );
      expect(run.outcome).toMatchObject({ error: { code: 'timed_out' } });
      expect(run.files.get('changes.patch')?.toString()).toContain('+half');
    });
  },
);

test.skipIf(missing !== undefined)('jobs whose copies take long keep no other from its start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-slow-copy-'));
  const repository = makeRepository({ 'a.txt': 'a\n' });
  const program = join(folder, 'git');
  const copying = join(folder, 'copying');
  const go = join(folder, 'go');
  writeFileSync(
    program,
    `#!/bin/sh
case "$*" in *--depth=*) echo >> ${copying}; until [ -e ${go} ]; do sleep 0.05; done ;; esac
exec git "$@"
`,
    { mode: 0o755 },
  );
  const count = availableParallelism();
  const pool = await openTestPool({
    set: [
      ...[`pool.workers=${count + 1}`, `workspaces.gitPath=${program}`],
      workspacesOf({ shop: { path: repository.path } }),
    ],
  });
  try {
    const context = { repository: 'shop' };
    const slow = Array.from({ length: count }, () => pool.run({ prompt: 'Hello.', context }));
    await until(
      () => existsSync(copying) && readFileSync(copying).length === count,
      'all are copying',
      30_000,
    );
    expect((await pool.run({ prompt: 'Hello.' })).outcome.kind).toBe('completed');
    writeFileSync(go, '');
    for (const { outcome } of await Promise.all(slow)) expect(outcome.kind).toBe('completed');
  } finally {
    writeFileSync(go, '');
    await pool.close();
    repository.remove();
    rmSync(folder, { recursive: true });
  }
});
