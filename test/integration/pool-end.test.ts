import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canEnter } from '../../src/pool/folders/traversable.ts';
import { findTool, ROOT } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** Workers of this test have uids of their own, so that others' are not taken for ours. */
const FIRST_UID = 61_900;
const isRoot = process.getuid?.() === 0;
const hasBubblewrap = findTool('bwrap') !== undefined;
const sandboxes = hasBubblewrap ? ['bubblewrap', 'none'] : ['none'];

/** What the pools of a data folder have on disk for attempts. */
function attemptFiles(dataDir: string): string[] {
  const workers = join(dataDir, 'workers');
  if (!existsSync(workers)) return [];
  return readdirSync(workers).flatMap((pool) => readdirSync(join(workers, pool)));
}

describe.runIf(isRoot).each(sandboxes)('an attempt, sandbox: %s', (sandbox) => {
  let pool: TestPool;
  beforeEach(async () => {
    pool = await openTestPool({ set: [`pool.sandbox=${sandbox}`, `pool.uid=${FIRST_UID}`] });
  });
  afterEach(() => pool.close());

  test('that ends well leaves no process and no file behind', async () => {
    await pool.run(
      { prompt: 'stand-in: say x' },
      { onEvent: () => expect(attemptFiles(pool.dataDir)).toHaveLength(1) },
    );
    expect(processesOf(FIRST_UID)).toEqual([]);
    expect(attemptFiles(pool.dataDir)).toEqual([]);
  });

  test('that is canceled leaves no process and no file behind', async () => {
    const cancel = new AbortController();
    const seen: number[] = [];
    const { outcome } = await pool.run(
      { prompt: 'stand-in: say x\nstand-in: stall' },
      {
        signal: cancel.signal,
        onEvent: () => {
          seen.push(processesOf(FIRST_UID).length);
          cancel.abort();
        },
      },
    );
    expect(outcome).toMatchObject({ error: { code: 'canceled' } });
    expect(seen[0]).toBeGreaterThan(0);
    expect(processesOf(FIRST_UID)).toEqual([]);
    expect(attemptFiles(pool.dataDir)).toEqual([]);
  });

  test('whose pool closes is stopped after the grace, and the pool leaves nothing', async () => {
    const begun = Promise.withResolvers<void>();
    const running = pool.run(
      { prompt: 'stand-in: say x\nstand-in: stall' },
      { onEvent: () => begun.resolve() },
    );
    await begun.promise;
    await pool.pool.close(0);
    expect((await running).outcome).toMatchObject({ error: { code: 'canceled' } });
    expect(processesOf(FIRST_UID)).toEqual([]);
    expect(readdirSync(pool.dataDir)).toEqual([]);
    await expect(pool.run({ prompt: 'x' })).rejects.toThrow('The pool is closed.');
  });
});

describe.runIf(isRoot && hasBubblewrap)('a job that resists', () => {
  let pool: TestPool;
  beforeEach(async () => {
    pool = await openTestPool({ set: [`pool.uid=${FIRST_UID}`] });
  });
  afterEach(() => pool.close());

  test('cannot leave a process behind, in whatever session it puts it', async () => {
    const command =
      'for i in 1 2 3; do setsid -f sh -c "trap : TERM HUP INT; while :; do sleep 1; done"; done; echo left';
    const { outcome } = await pool.run({ prompt: `stand-in: bash (${command}) >/dev/null 2>&1; echo left` });
    expect(outcome).toMatchObject({ kind: 'completed', text: 'Bash answered: left' });
    expect(processesOf(FIRST_UID)).toEqual([]);
  });

  test('is killed in the middle of a tool that ignores signals', async () => {
    const command = 'trap : TERM HUP INT; while :; do sleep 1; done';
    const { outcome } = await pool.run({ prompt: `stand-in: bash ${command}` }, { timeoutMs: 3_000 });
    expect(outcome).toMatchObject({ error: { code: 'timed_out' } });
    expect(processesOf(FIRST_UID)).toEqual([]);
    expect(attemptFiles(pool.dataDir)).toEqual([]);
  });

  test('that kills its own worker has crashed, and may be tried again', async () => {
    const { outcome } = await pool.run({ prompt: 'stand-in: bash kill -9 $PPID $CLAUDE_PID; kill -9 -1' });
    expect(outcome).toMatchObject({ error: { code: 'worker_crashed' }, retryable: true });
    expect(processesOf(FIRST_UID)).toEqual([]);
  });
});

describe.runIf(isRoot && hasBubblewrap)('a worker that is not wanted any more before it is ready', () => {
  test('leaves nothing, at whatever moment of its start it is killed', async () => {
    for (let afterMs = 0; afterMs < 40; afterMs += 1) {
      const pool = await openTestPool({
        set: [`pool.uid=${FIRST_UID}`, 'pool.warm.min=1', 'pool.warm.max=1'],
      });
      await until(() => processesOf(FIRST_UID).length > 0, 'a worker starts');
      await new Promise((resolve) => setTimeout(resolve, afterMs / 4));
      await pool.close();
      expect(processesOf(FIRST_UID)).toEqual([]);
    }
  });
});

const killed = sandboxes.flatMap((sandbox) => [
  { sandbox, by: 'root', uid: 0 },
  { sandbox, by: 'someone else', uid: FIRST_UID },
]);

describe.runIf(isRoot).each(killed)(
  'a pool whose process is killed, sandbox: $sandbox, started by $by',
  ({ sandbox, uid }) => {
    const reachable = canEnter(ROOT, { uid, gid: uid });
    let dataDir: string;
    let child: ChildProcess | undefined;
    beforeEach(() => {
      dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-test-killed-'));
      chmodSync(dataDir, 0o711);
      chownSync(dataDir, uid, uid);
    });
    afterEach(() => {
      child?.kill('SIGKILL');
      for (const pid of processesOf(FIRST_UID)) process.kill(pid, 'SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    });

    /** Starts a process with a pool whose worker is in the middle of an answer. */
    async function startPool(set: string[]): Promise<ChildProcess> {
      const program = fileURLToPath(new URL('../support/pool-process.ts', import.meta.url));
      const prompt = 'stand-in: say x\nstand-in: stall';
      const options = { uid, gid: uid, cwd: '/', env: { PATH: process.env.PATH } };
      child = fork(program, [dataDir, prompt, ...set], options);
      const writing = Promise.withResolvers<void>();
      child.on('message', (message) => {
        if (typeof message === 'object' && 'event' in message) writing.resolve();
      });
      await writing.promise;
      return child;
    }

    test('takes its workers with it, and the next pool clears up the files', async (context) => {
      if (!reachable) return context.skip(`uid ${uid} cannot enter this checkout`);
      const set = [`pool.sandbox=${sandbox}`, `pool.uid=${FIRST_UID}`];
      const pool = await startPool(set);
      // Left to itself a worker without its pool would go by and by. One that stands still can only be killed.
      const workers = processesOf(FIRST_UID).filter((pid) => pid !== pool.pid);
      expect(workers.length).toBeGreaterThan(0);
      for (const pid of workers) process.kill(pid, 'SIGSTOP');
      expect(attemptFiles(dataDir)).toHaveLength(1);

      pool.kill('SIGKILL');
      await once(pool, 'exit');
      await until(() => processesOf(FIRST_UID).length === 0, 'no worker is left');

      await startPool(set);
      expect(attemptFiles(dataDir)).toHaveLength(1);
    });
  },
);
