import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import {
  cgroupsMissing,
  makeCgroup,
  readCgroup,
  type TestCgroup,
  workerCgroups,
} from '../support/cgroups.ts';
import { openTestPool, type TestPool, type TestRun } from '../support/pool.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** Workers with a cgroup each, whose jobs take all that they can get. */
const PYTHON = '/usr/bin/python3';
const missing =
  cgroupsMissing() ??
  (findTool('bwrap') === undefined
    ? missingTool('bwrap')
    : existsSync(PYTHON)
      ? undefined
      : `${PYTHON} is not there`);

/** Workers of this test have uids of their own. */
const UID = 61_640;
/** Each waits for what it is about; a virtual machine without help of its processor takes its time. */
const TIMEOUT_MS = 240_000;

describe.skipIf(missing !== undefined)(`workers in cgroups${missing ? `: ${missing}` : ''}`, () => {
  let pool: TestPool;
  let cgroup: TestCgroup | undefined;
  afterEach(async () => {
    await pool?.close();
    await cgroup?.remove();
    cgroup = undefined;
  });

  async function open(...set: string[]): Promise<void> {
    const limits = ['pool.limits.memory=512MiB', 'pool.limits.processes=200'];
    pool = await openTestPool({
      set: [`pool.uid=${UID}`, 'pool.cgroup=required', 'pool.workers=2', ...limits, ...set],
    });
  }

  const bash = (command: string, timeoutMs = TIMEOUT_MS): Promise<TestRun> =>
    pool.run({ prompt: `stand-in: bash ${command}` }, { timeoutMs });
  const python = (program: string) =>
    bash(`echo ${Buffer.from(program).toString('base64')} | base64 -d | ${PYTHON} 2>&1`);

  /** A job of another client that runs until it is told to end. */
  async function startOther() {
    const command = 'touch begun; for n in {1..9999}; do [ -e end ] && break; sleep 0.1; done; echo unharmed';
    const running = pool.run(
      { prompt: `stand-in: bash ${command}` },
      { timeoutMs: TIMEOUT_MS, owner: { client: 'service-b' } },
    );
    const workers = join(pool.dataDir, 'workers');
    const find = () =>
      readdirSync(workers)
        .flatMap((own) => readdirSync(join(workers, own)).map((name) => join(workers, own, name, 'work')))
        .find((work) => existsSync(join(work, 'begun')));
    await until(() => find() !== undefined, 'the other job runs', TIMEOUT_MS);
    const work = find() ?? '';
    return async () => {
      writeFileSync(join(work, 'end'), '');
      const { outcome } = await running;
      expect(outcome).toMatchObject({ kind: 'completed', text: expect.stringContaining('unharmed') });
    };
  }

  /** A process with a pool of its own, in a cgroup of its own, that runs one job. */
  function startPool(prompt: string, below?: string): ChildProcess {
    if (cgroup === undefined) throw new Error('no cgroup');
    const program = fileURLToPath(new URL('../support/pool-process.ts', import.meta.url));
    return cgroup.start(process.execPath, [program, pool.dataDir, prompt, 'pool.cgroup=required'], below);
  }

  const tooMuch = { kind: 'failed', error: { code: 'memory_limit' }, retryable: false };

  test('a program that takes more and more memory ends its job, and no other', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await open();
    const endOther = await startOther();
    const { outcome } = await python('taken = []\nwhile True: taken.append(bytearray(2**24))');
    expect(outcome).toMatchObject(tooMuch);
    expect(workerCgroups()).toHaveLength(1);
    await endOther();
    expect(workerCgroups()).toEqual([]);
  });

  test('programs of which none takes much end their job together', { timeout: TIMEOUT_MS }, async () => {
    await open();
    const { outcome } = await python(
      'import os, time\nfor n in range(20):\n    if os.fork() == 0:\n        taken = bytearray(2**26)\n        time.sleep(600)\ntime.sleep(600)',
    );
    expect(outcome).toMatchObject(tooMuch);
    expect(processesOf(UID)).toEqual([]);
  });

  test('files in memory count as memory', { timeout: TIMEOUT_MS }, async () => {
    await open();
    const { outcome } = await bash('head -c 1G /dev/zero > /tmp/fill; sleep 600');
    expect(outcome).toMatchObject(tooMuch);
  });

  test('a fork bomb gets no more processes than its worker may have, and ends with its job', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await open();
    const endOther = await startOther();
    const others = new Set(workerCgroups());
    const bomb = bash('b() { b | b & }; b; sleep 600', 60_000);
    const own = () => workerCgroups().find((folder) => !others.has(folder)) ?? '';
    const count = () => (own() === '' ? 0 : Number(readCgroup(own(), 'pids.current')));
    await until(() => count() > 190, 'it has as many as it gets', TIMEOUT_MS);
    expect(readCgroup(own(), 'pids.max')).toBe('200');
    expect(count()).toBeLessThanOrEqual(200);
    expect((await bomb).outcome).toMatchObject({ kind: 'failed' });
    expect(own()).toBe('');
    await endOther();
  });

  test('a worker gets the processor time that it may take', { timeout: TIMEOUT_MS }, async () => {
    await open('pool.limits.cpus=0.5');
    const endOther = await startOther();
    expect(workerCgroups().map((folder) => readCgroup(folder, 'cpu.max'))).toEqual(['50000 100000']);
    await endOther();
  });

  test('what a killed process has left is taken away by the next', { timeout: TIMEOUT_MS }, async () => {
    cgroup = makeCgroup();
    const { folder } = cgroup;
    await open();
    const prompt = 'stand-in: bash sleep 600';
    const killed = startPool(prompt);
    // Until its pool is open, cgroups are tried out.
    await once(killed, 'message');
    const isRun = () => workerCgroups(folder).some((each) => readCgroup(each, 'cgroup.procs') !== '');
    await until(isRun, 'its worker runs', TIMEOUT_MS);
    const [left, ...others] = workerCgroups(folder);
    expect(others).toEqual([]);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(workerCgroups(folder)).toEqual([left]);
    // As `gatehouse up` starts its worker again, which was moved there with all others.
    const next = startPool(prompt, 'gatehouse-service');
    await until(() => !workerCgroups(folder).includes(left ?? ''), 'it is gone', TIMEOUT_MS);
    next.kill('SIGKILL');
  });

  test('a process in a cgroup of its own makes room for those of its workers', {
    timeout: TIMEOUT_MS,
  }, async () => {
    cgroup = makeCgroup();
    const { folder } = cgroup;
    await open();
    const child = startPool('hello');
    const messages: unknown[] = [];
    child.on('message', (message) => messages.push(message));
    await once(child, 'exit');
    expect(messages.at(-1)).toMatchObject({ outcome: { kind: 'completed' } });
    expect(readdirSync(folder)).toContain('gatehouse-service');
    expect(readCgroup(folder, 'cgroup.subtree_control').split(' ').sort()).toEqual(['memory', 'pids']);
  });

  test('a process among others leaves their cgroup as it is, and says what to do', {
    timeout: TIMEOUT_MS,
  }, async () => {
    cgroup = makeCgroup();
    const { folder } = cgroup;
    await open();
    cgroup.start('/bin/sleep', ['600']);
    await until(() => readCgroup(folder, 'cgroup.procs') !== '', 'another process is in it');
    const child = startPool('hello');
    const [code] = await once(child, 'exit');
    expect(code).not.toBe(0);
    expect(readdirSync(folder)).not.toContain('gatehouse-service');
  });
});
