import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { acquireLock, type LockFiles } from './lock.ts';

let dir: string;
let files: LockFiles;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-lock-'));
  files = { lockFile: join(dir, 'up.lock'), pidFile: join(dir, 'up.pid') };
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await rm(dir, { recursive: true });
});

interface Contender {
  process: ChildProcess;
  /** What it has printed: `waits`, then `got it` or why not. */
  said(): string;
}

/** A process that tries to get the lock when it is told to, and then stays. */
function contend(): Contender {
  const script = `
    import { acquireLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url))};
    console.log('waits');
    process.stdin.once('data', () => {
      try {
        globalThis.lock = acquireLock(${JSON.stringify(files)}, '/data');
        console.log('got it');
      } catch (error) {
        console.log(error.message);
      }
      setInterval(() => {}, 60_000);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return { process: child, said: () => text };
}

async function tryLock(...contenders: Contender[]): Promise<void> {
  for (const { said } of contenders) await until(() => said() === 'waits\n', 'it waits');
  for (const contender of contenders) contender.process.stdin?.write('go\n');
  for (const { said } of contenders) await until(() => said().split('\n').length === 3, 'it has tried');
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a second one is refused and told who has it, again and again', () => {
  const lock = acquireLock(files, '/data');
  for (let tries = 0; tries < 3; tries += 1) {
    expect(() => acquireLock(files, '/data')).toThrow(
      `already running on /data (pid ${process.pid}): use that one, stop it with 'kill ${process.pid}'`,
    );
  }
  lock.release();
});

test('after release it can be had again, and nobody is said to have it', async () => {
  acquireLock(files, '/data').release();
  acquireLock(files, '/data').release();
  expect(await readdir(dir)).toEqual(['up.lock']);
});

test('of many processes at the same time exactly one gets it, and no process says anything else', async () => {
  const contenders = [contend(), contend(), contend(), contend(), contend(), contend()];
  await tryLock(...contenders);
  const said = contenders.map((contender) => contender.said().replace('waits\n', ''));
  expect(said.filter((text) => text === 'got it\n')).toHaveLength(1);
  for (const text of said) expect(text).toMatch(/^(got it|gatehouse up is already running on \/data.*)\n$/);
});

test('the lock of a process that is killed is free at once, and its files are in nobody’s way', async () => {
  const owner = contend();
  await tryLock(owner);
  expect(() => acquireLock(files, '/data')).toThrow(`(pid ${owner.process.pid})`);
  await kill(owner.process);
  acquireLock(files, '/data').release();
});

test.each(['', '{', '{"pid":"1"}', '{"pid":1,"startedAt":"never"}'])(
  'where the owner has not said who it is (%j) nobody is named',
  async (content) => {
    const lock = acquireLock(files, '/data');
    await writeFile(files.pidFile, content);
    expect(() => acquireLock(files, '/data')).toThrow(
      'gatehouse up is already running on /data: use that one, stop it, or choose another folder',
    );
    lock.release();
  },
);

test('a lock file that cannot be one is named', async () => {
  await mkdir(files.lockFile);
  expect(() => acquireLock(files, '/data')).toThrow(`${files.lockFile} cannot be locked (`);
});
