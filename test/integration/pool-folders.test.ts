import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, constants, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canEnter } from '../../src/pool/folders/traversable.ts';
import { findTool, missingTool, ROOT } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';

const isRoot = process.getuid?.() === 0;
const sandboxes = findTool('bwrap') === undefined ? ['none'] : ['bubblewrap', 'none'];

/** Folders outside the data folder that pools of this process made. */
function runtimeFolders(): string[] {
  return ['/var/tmp', '/tmp']
    .flatMap((parent) => namesIn(parent).map((name) => join(parent, name)))
    .filter((path) => /\/gatehouse-[0-9a-f]{12}$/.test(path))
    .filter((path) => namesIn(path).some((name) => name.endsWith(`-${process.pid}`)));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // Another test's or another user's.
  }
}

let folder: string;
let pool: TestPool | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-place-'));
});
afterEach(async () => {
  await pool?.close();
  pool = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe.each(sandboxes)('sandbox: %s', (sandbox) => {
  test.runIf(isRoot)('a data folder and a CLI that workers may not enter do not matter', async () => {
    const installed = findTool('claude');
    if (installed === undefined) throw new Error(missingTool('claude'));
    const claude = join(folder, 'claude');
    copyFileSync(installed, claude, constants.COPYFILE_FICLONE);
    chmodSync(folder, 0o700);
    pool = await openTestPool({
      dataDir: join(folder, 'data'),
      set: [`pool.claudePath=${claude}`, `pool.sandbox=${sandbox}`],
    });
    expect(runtimeFolders()).toHaveLength(1);
    const { outcome } = await pool.run({ prompt: 'stand-in: say here all the same' });
    expect(outcome).toMatchObject({ kind: 'completed', text: 'here all the same' });
    await pool.close();
    expect(runtimeFolders()).toEqual([]);
  });

  test('a data folder that is too deep for a socket does not matter', async () => {
    chmodSync(folder, 0o711);
    pool = await openTestPool({
      dataDir: join(folder, 'a-folder-with-a-very-long-name-'.repeat(4)),
      set: [`pool.sandbox=${sandbox}`],
    });
    expect(runtimeFolders()).toHaveLength(1);
    const { outcome } = await pool.run({ prompt: 'stand-in: say here all the same' });
    expect(outcome).toMatchObject({ kind: 'completed', text: 'here all the same' });
    await pool.close();
    expect(runtimeFolders()).toEqual([]);
  });
});

describe.runIf(isRoot).each(sandboxes)('started by someone who is not root, sandbox: %s', (sandbox) => {
  const user = 61_950;
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  test('a job runs and its folder goes, also where it closed its own folders', async (context) => {
    if (!canEnter(ROOT, { uid: user, gid: user })) context.skip(`uid ${user} cannot enter this checkout`);
    chmodSync(folder, 0o711);
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    await chown(dataDir, user, user);
    const prompt =
      sandbox === 'bubblewrap'
        ? 'stand-in: bash mkdir -p /work/a/b && chmod 000 /work/a && id -u'
        : 'stand-in: say no tools';
    const program = fileURLToPath(new URL('../support/pool-process.ts', import.meta.url));
    child = fork(program, [dataDir, prompt, `pool.sandbox=${sandbox}`], {
      uid: user,
      gid: user,
      cwd: '/',
      env: { PATH: process.env.PATH },
    });
    const told: object[] = [];
    child.on('message', (message) => void told.push(message as object));
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(told[0]).toEqual({ sandbox });
    expect(told.at(-1)).toMatchObject({
      outcome: { kind: 'completed', text: sandbox === 'bubblewrap' ? `Bash answered: ${user}` : 'no tools' },
    });
    expect(readdirSync(dataDir)).toEqual([]);
  });
});
