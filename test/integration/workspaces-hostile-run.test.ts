import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool, type TestRun } from '../support/pool.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import { workspacesOf } from '../support/workspaces.ts';

const missing = (['bwrap', 'git'] as const).find((tool) => findTool(tool) === undefined);

let repository: TestRepository;
let pool: TestPool;

const README = 'one\ntwo\nthree\n';

/** Runs a script in a workspace. */
function sh(script: string): Promise<TestRun> {
  const encoded = Buffer.from(`cd /work\n${script}`).toString('base64');
  const prompt = `stand-in: bash echo ${encoded} | base64 -d | sh`;
  return pool.run({ prompt, context: { repository: 'shop' } });
}

function changesOf({ outcome }: TestRun) {
  if (outcome.kind !== 'completed' || outcome.changes === undefined) throw new Error(JSON.stringify(outcome));
  return outcome.changes;
}

const patchOf = ({ files }: TestRun) => files.get('changes.patch')?.toString('latin1') ?? '';
const listed = (run: TestRun) => changesOf(run).files.map(({ status, path }) => `${status} ${path}`);

/** Whether git takes the patch at the commit. @throws where it does not */
function checkApplies(run: TestRun): void {
  const file = join(repository.path, '.git/test.patch');
  writeFileSync(file, run.files.get('changes.patch') ?? '');
  execFileSync('git', ['apply', '--check', file], { cwd: repository.path });
}

describe.skipIf(missing !== undefined)(
  `a run that works against us${missing ? `: ${missingTool(missing)}` : ''}`,
  () => {
    beforeAll(async () => {
      repository = makeRepository({
        'README.md': README,
        'src/a.txt': 'a\n',
        'src/b.txt': 'b\n',
        'tools/run.sh': { program: '#!/bin/sh\n' },
      });
      pool = await openTestPool({
        set: [
          ...[
            'pool.warm.max=1',
            'pool.workers=1',
            'workspaces.limits.patch=64KiB',
            'workspaces.limits.patchFile=32KiB',
          ],
          ...['workspaces.limits.summaryFiles=5', workspacesOf({ shop: { path: repository.path } })],
        ],
      });
    });
    afterAll(async () => {
      await pool?.close();
      repository?.remove();
    });

    test('has nothing run by what it puts into its repository’s configuration', async () => {
      const run = await sh(`
printf '#!/bin/sh\\ntouch /work/executed /tmp/executed; cat' > /work/.git/evil; chmod +x .git/evil
mkdir -p .git/hooks .git/info
for hook in pre-commit post-index-change post-checkout reference-transaction fsmonitor-watchman; do cp .git/evil .git/hooks/$hook; done
cat >> .git/config <<END
[core]
	fsmonitor = /work/.git/evil
	hooksPath = /work/.git/hooks
	sshCommand = /work/.git/evil
	pager = /work/.git/evil
	attributesFile = /work/.git/evil
[diff]
	external = /work/.git/evil
[diff "evil"]
	textconv = /work/.git/evil
	command = /work/.git/evil
[filter "evil"]
	clean = /work/.git/evil
	smudge = /work/.git/evil
	process = /work/.git/evil
	required = true
[include]
	path = /work/.git/evil
END
echo '* filter=evil diff=evil' > .gitattributes
cp .gitattributes .git/info/attributes
echo /proc/self/root/etc > .git/objects/info/alternates
echo more >> README.md
`);
      expect(listed(run)).toEqual(['added .gitattributes', 'modified README.md']);
      expect(patchOf(run)).toContain('+more');
      expect([...run.files.keys()]).toEqual(['changes.patch', '.gitattributes']);
      checkApplies(run);
    });

    test.each([
      ['removes its repository', 'rm -rf .git'],
      ['has a file in its repository’s place', 'rm -rf .git; echo gitdir: /nowhere > .git'],
      ['has a link in its repository’s place', 'rm -rf .git; ln -s /git .git'],
      ['breaks its repository', 'echo x > .git/HEAD; : > .git/index; rm -rf .git/objects'],
      ['locks its repository', 'touch .git/index.lock .git/HEAD.lock; chmod 0 .git'],
      [
        'makes another repository of it',
        'rm -rf .git; git init -q; git -c user.name=x -c user.email=x@x commit -qm x --allow-empty',
      ],
      [
        'has its repository say that nothing has changed',
        'git update-index --skip-worktree --assume-unchanged README.md',
      ],
      [
        'has its repository ignore everything',
        'echo "*" > .git/info/exclude; echo "README.md" > .gitignore; rm .gitignore',
      ],
    ])('that %s gets the same patch', async (_, script) => {
      const run = await sh(`mkdir -p .git/info\n${script}\necho four >> README.md`);
      expect(listed(run)).toEqual(['modified README.md']);
      expect(patchOf(run)).toMatch(/^diff --git a\/README\.md b\/README\.md\n(.*\n)*\+four\n$/);
      checkApplies(run);
    });

    test('cannot hide a change behind the size and the times that a file had', async () => {
      const run = await sh(
        `touch -r README.md /tmp/times; printf 'one\\nTWO\\nthree\\n' > README.md; touch -r /tmp/times README.md`,
      );
      expect(listed(run)).toEqual(['modified README.md']);
    });

    test('gets nothing from outside its folder by links in the place of files and folders', async () => {
      const run = await sh(`
rm -rf src; ln -s /etc src
rm README.md; ln -s /etc/passwd README.md
ln -s / root; ln -s ../../../../etc/shadow up; ln -s /proc/self/environ environ; ln -s /git/config own`);
      expect(listed(run)).toHaveLength(5);
      expect(changesOf(run)).toMatchObject({ fileCount: 8 });
      const patch = patchOf(run);
      expect(patch).not.toMatch(/root:|worker:|GIT_DIR|repositoryformatversion/);
      expect(patch).toContain('new file mode 120000');
      expect([...run.files.keys()]).toEqual(['changes.patch']);
      checkApplies(run);
    });

    test('gets no path into its patch that lies outside, or in a repository’s own folder', async () => {
      const run = await sh(`
printf x > '..x'; printf x > '...'; mkdir -p 'a/..b' sub/.GIT '.git ' 'git~1' sub2/.git; printf x > 'a/..b/c'
printf x > sub/.GIT/config; printf x > '.git /config'; printf x > 'git~1/config'; printf x > sub2/.git/config; printf x > 'c:\\windows'
ln -s / out; printf x >> README.md`);
      const paths = [...patchOf(run).matchAll(/^(?:---|\+\+\+) (.*)$/gm)].map(([, path]) => path ?? '');
      expect(paths.length).toBeGreaterThan(3);
      for (const path of paths) {
        expect(path).toMatch(/^("?[ab]\/|\/dev\/null$)/);
        expect(path.split('/')).not.toContain('..');
        expect(path.toLowerCase()).not.toMatch(/\/\.git[ /]|git~1\//);
      }
      checkApplies(run);
    });

    test('that leaves what is no file in the place of one has deleted it', async () => {
      const run = await sh(
        'rm src/a.txt src/b.txt; mkfifo src/a.txt; python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'src/b.txt\')" || mkfifo src/b.txt',
      );
      expect(listed(run)).toEqual(['deleted src/a.txt', 'deleted src/b.txt']);
      checkApplies(run);
    });

    test('that swaps files and folders gets a patch that does so too', async () => {
      const run = await sh(
        'rm -r src; echo file > src; rm README.md; mkdir README.md; echo x > README.md/inner',
      );
      expect(listed(run)).toEqual([
        ...[
          'deleted README.md',
          'added README.md/inner',
          'added src',
          'deleted src/a.txt',
          'deleted src/b.txt',
        ],
      ]);
      checkApplies(run);
    });

    test('that takes away its own permissions is read all the same', async () => {
      const run = await sh(
        'echo x >> README.md; chmod 0 README.md; mkdir new; echo n > new/n; chmod 0 new/n new src .',
      );
      expect(listed(run)).toEqual(['modified README.md', 'added new/n']);
    });

    test('that makes files of gigabytes has them left out, and is told', async () => {
      const run = await sh('truncate -s 900M huge; truncate -s 100K README.md; echo x >> src/a.txt');
      expect(listed(run)).toEqual(['modified src/a.txt']);
      expect(changesOf(run).notes).toEqual([
        '"README.md" is too large for the patch.',
        '"huge" is too large for the patch.',
      ]);
      checkApplies(run);
    });

    test('that changes more than a patch may have has it left out, and is told; the summary counts all', async () => {
      const run = await sh('for i in 1 2 3 4 5 6 7; do head -c 20000 /dev/urandom > f$i; done');
      const changes = changesOf(run);
      expect(changes).toMatchObject({
        fileCount: 7,
        notes: ['The patch is longer than 65536 bytes and was left out.'],
      });
      expect(changes.files).toHaveLength(5);
      expect(changes).not.toHaveProperty('patch');
      expect(run.files.has('changes.patch')).toBe(false);
    });

    test('that makes repositories within its own has their files left out, and is told', async () => {
      const run = await sh('git init -q inner; echo x > inner/x; git init -q src; echo x >> src/a.txt');
      expect(listed(run)).toEqual(['modified src/a.txt']);
      expect(changesOf(run).notes).toEqual(['"inner/" is a repository of its own and not in the patch.']);
    });

    test('that says how git is to read files changes nothing but those lines', async () => {
      const run = await sh(
        `printf '* -diff -text eol=crlf ident\\nsrc/* binary\\n' > .gitattributes; printf 'a\\r\\n$Id$\\n' > src/a.txt`,
      );
      expect(patchOf(run)).toContain('+$Id$');
      checkApplies(run);
    });

    test('that nests folders deeper than a path may be long does not lose its answer', async () => {
      const run = await sh(
        "echo x >> README.md; python3 -c \"import os\nfor i in range(60):\n os.mkdir('d'*200); os.chdir('d'*200)\"",
      );
      expect(run.outcome.kind).toBe('completed');
      expect(changesOf(run).fileCount + (changesOf(run).notes?.length ?? 0)).toBeGreaterThan(0);
    });
  },
);
