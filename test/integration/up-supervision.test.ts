import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChildSpec, Readiness } from '../../src/up/child-process.ts';
import { rotateLog } from '../../src/up/log-file.ts';
import { SupervisedChild } from '../../src/up/supervised-child.ts';
import { until } from '../support/until.ts';

const READY = `process.send({ type: 'ready' });`;
const STAY = 'setInterval(() => {}, 60_000);';
const START_MS = 20_000;
const patient = new AbortController().signal;

let dir: string;
let said: string[];
let children: SupervisedChild[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-supervision-'));
  said = [];
  children = [];
});
afterEach(async () => {
  const hurry = AbortSignal.abort();
  for (const child of children) await child.stop(0, hurry);
  await rm(dir, { recursive: true });
});

/** A child that runs a few lines of JavaScript. */
function child(script: string, readiness: Readiness = { by: 'message' }, file = process.execPath) {
  const spec: ChildSpec = {
    name: 'authz',
    file,
    args: ['--input-type=module', '--eval', script],
    env: process.env,
    logFile: join(dir, 'authz.log'),
    readiness,
  };
  const supervised = new SupervisedChild(spec, { say: (line) => said.push(line), onPid: () => {} });
  children.push(supervised);
  return supervised;
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a child that dies', () => {
  test('is started again, and that is said with its pid, its end and the wait', async () => {
    const authz = child(READY + STAY);
    await authz.start(START_MS);
    const pid = authz.pid;
    process.kill(pid ?? 0, 'SIGKILL');
    await until(() => authz.pid !== undefined && authz.pid !== pid, 'it has a new pid');
    expect(said[0]).toBe(`authz (pid ${pid}) ended with SIGKILL; starting again in 0.25 s`);
    await until(() => said.length === 2, 'it is ready again');
    expect(said[1]).toBe(`authz (pid ${authz.pid}) runs again`);
  });

  test('again and again is started after waits that grow', async () => {
    const authz = child(`${READY} setTimeout(() => process.exit(7), 20);`);
    await authz.start(START_MS);
    await until(
      () => said.filter((line) => line.includes('exit code 7')).length >= 3,
      'it ended three times',
    );
    const waits = said.map((line) => /exit code 7; starting again in (\S+) s/.exec(line)?.[1]);
    expect(waits.filter((wait) => wait !== undefined).slice(0, 3)).toEqual(['0.25', '0.5', '1']);
  });

  test('takes with it what it started in its group', async () => {
    const authz = child(
      `import { spawn } from 'node:child_process';
       console.log(spawn('sleep', ['600'], { stdio: 'ignore' }).pid); ${READY} ${STAY}`,
    );
    await authz.start(START_MS);
    const grandchild = Number((await readFile(authz.logFile, 'utf8')).trim());
    expect(isAlive(grandchild)).toBe(true);
    process.kill(authz.pid ?? 0, 'SIGKILL');
    await until(() => !isAlive(grandchild), 'what it started is gone');
  });

  test('while it waits to be started again can be stopped, and stays ended', async () => {
    const authz = child(`${READY} setTimeout(() => process.exit(1), 20);`);
    await authz.start(START_MS);
    await until(() => said.some((line) => line.includes('in 0.5 s')), 'it ended twice');
    await authz.stop(START_MS, patient);
    expect(authz.pid).toBeUndefined();
  });
});

describe('a child that is not ready in the end', () => {
  test('says itself why', async () => {
    const start = child(`process.send({ type: 'failed', message: 'No port.' }); ${STAY}`).start(START_MS);
    await expect(start).rejects.toMatchObject({
      code: 'child_failed',
      message: `authz could not start: No port.\nIts log: ${join(dir, 'authz.log')}`,
    });
    expect(children[0]?.pid).toBeUndefined();
  });

  test('says why even where it ends right after', async () => {
    const start = child(
      `process.send({ type: 'failed', message: 'No port.' }); process.disconnect(); process.exitCode = 1;`,
    ).start(START_MS);
    await expect(start).rejects.toThrow('No port.');
  });

  test('or ended: the last line of its log says why', async () => {
    await writeFile(join(dir, 'authz.log'), 'of an earlier start\n');
    const start = child(`console.error('a'); console.error('because of b'); process.exit(3)`).start(START_MS);
    await expect(start).rejects.toThrow('authz ended with exit code 3 before it was ready: because of b');
  });

  test('or ended without a word', async () => {
    await writeFile(join(dir, 'authz.log'), 'of an earlier start\n');
    await expect(child('process.exit(3)').start(START_MS)).rejects.toThrow('it said nothing');
  });

  test('or stays silent: it is ended', async () => {
    const authz = child(STAY);
    const start = authz.start(300);
    const pid = authz.pid;
    await expect(start).rejects.toThrow('authz was not ready after 0.3 s.');
    expect(isAlive(pid)).toBe(false);
  });

  test('or is no program at all', async () => {
    const start = child('', { by: 'message' }, join(dir, 'nothing')).start(START_MS);
    await expect(start).rejects.toThrow('ENOENT');
  });

  test('but one that progresses is waited for, however long', async () => {
    let probes = 0;
    const probe = async () => {
      probes += 1;
      return probes < 40 ? 'progressing' : 'ready';
    };
    await child(STAY, { by: 'probe', probe }).start(200);
    expect(probes).toBe(40);
  });
});

describe('stopping a child', () => {
  test('lets it finish', async () => {
    const authz = child(
      `process.on('SIGTERM', () => { console.log('finished'); process.exit(0); }); ${READY} ${STAY}`,
    );
    await authz.start(START_MS);
    await authz.stop(START_MS, patient);
    expect(await readFile(authz.logFile, 'utf8')).toBe('finished\n');
    expect(said).toEqual([]);
  });

  test('ends one that does not react after its grace', async () => {
    const authz = child(`process.on('SIGTERM', () => {}); ${READY} ${STAY}`);
    await authz.start(START_MS);
    const pid = authz.pid;
    await authz.stop(100, patient);
    expect(isAlive(pid)).toBe(false);
  });

  test('does not wait for the grace when there is no time', async () => {
    const authz = child(`process.on('SIGTERM', () => {}); ${READY} ${STAY}`);
    await authz.start(START_MS);
    const pid = authz.pid;
    const quick = new AbortController();
    const stopping = authz.stop(START_MS, quick.signal);
    quick.abort();
    await stopping;
    expect(isAlive(pid)).toBe(false);
  });

  test('while it is still starting ends the start as well', async () => {
    const authz = child(STAY);
    const start = authz.start(START_MS);
    const pid = authz.pid;
    const refused = expect(start).rejects.toThrow();
    await authz.stop(START_MS, patient);
    await refused;
    expect(isAlive(pid)).toBe(false);
  });
});

test('a log is cut while it is written, and its process goes on from the start of it', async () => {
  const authz = child(
    `let n = 0; setInterval(() => { for (let i = 0; i < 10; i += 1) console.log(n++); }, 1); ${READY}`,
  );
  await authz.start(START_MS);
  const size = async () => (await stat(authz.logFile)).size;
  await until(async () => (await size()) > 2_000, 'the log grows');
  rotateLog(authz.logFile, 1_000_000_000);
  expect(await size()).toBeGreaterThan(2_000);

  rotateLog(authz.logFile, 2_000);
  await until(async () => (await size()) > 100, 'it grows again');
  const text = (await readFile(`${authz.logFile}.1`, 'utf8')) + (await readFile(authz.logFile, 'utf8'));
  const numbers = text.split('\n').slice(0, -1).map(Number);
  expect(text).not.toContain('\0');
  expect(numbers[0]).toBe(0);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect((await stat(`${authz.logFile}.1`)).mode & 0o777).toBe(0o600);

  rotateLog(authz.logFile, 0);
  expect(await readFile(`${authz.logFile}.1`, 'utf8')).not.toMatch(/^0\n/);
});

test('a log over 10 MiB is put aside when the child starts', async () => {
  const log = join(dir, 'authz.log');
  await writeFile(log, '');
  await truncate(log, 10 * 1024 * 1024 + 1);
  const authz = child(`console.log('new'); ${READY} ${STAY}`);
  await authz.start(START_MS);
  expect(await readFile(log, 'utf8')).toBe('new\n');
  expect((await stat(`${log}.1`)).size).toBe(10 * 1024 * 1024 + 1);
  expect((await stat(log)).mode & 0o777).toBe(0o600);
});
