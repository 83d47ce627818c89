import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AttemptOutcome } from '../../src/jobs/index.ts';
import { canEnter } from '../../src/pool/folders/traversable.ts';
import { findTool, missingTool, ROOT } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';
import { processesOf } from '../support/processes.ts';
import { startScriptedModel } from '../support/scripted-model.ts';

const withoutBubblewrap = findTool('bwrap') === undefined ? missingTool('bwrap') : undefined;
/** Workers of this test have a uid of their own, so that others' are not taken for ours. */
const UID = 61_880;

let pool: TestPool | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

async function open(...set: string[]): Promise<void> {
  pool = await openTestPool({ set: [`pool.uid=${UID}`, ...set] });
}

/** How a job fails, with nothing of it left. */
async function failure(prompt: string): Promise<{ code: string; retryable: boolean }> {
  if (pool === undefined) throw new Error('no pool');
  const { outcome } = await pool.run({ prompt });
  expect(processesOf(UID)).toEqual([]);
  if (outcome.kind === 'completed') throw new Error(outcome.text);
  return { code: outcome.error.code, retryable: outcome.retryable };
}

test('a run of which nothing is heard from the start has stalled', async () => {
  await open('pool.limits.firstEvent=2s', 'pool.limits.silence=1m');
  expect(await failure('stand-in: delay 50s')).toEqual({ code: 'stalled', retryable: true });
});

test('a run that falls silent has stalled', async () => {
  await open('pool.limits.firstEvent=1m', 'pool.limits.silence=1s');
  expect(await failure('stand-in: say x\nstand-in: stall')).toEqual({ code: 'stalled', retryable: true });
});

describe.skipIf(withoutBubblewrap !== undefined)('in bubblewrap', () => {
  test('a run that calls the same tool with the same input again and again is stopped', async () => {
    const model = await startScriptedModel([{ tool: 'Bash', input: { command: 'true' } }]);
    try {
      pool = await openTestPool({
        set: [
          'pool.limits.sameCalls=5',
          `model.baseUrl=${model.url}`,
          'model.provider=anthropic',
          `pool.uid=${UID}`,
        ],
        env: { ANTHROPIC_API_KEY: 'sk-test' },
      });
      expect(await failure('do it')).toEqual({ code: 'tool_loop', retryable: false });
      expect(model.requests.length).toBeLessThan(10);
    } finally {
      await model.close();
    }
  });

  const fill = 'head -c 60M /dev/zero > $i';
  test.each([
    ['in its working folder', `for i in 1 2 3 4; do ${fill}; done`],
    ['in its home', `cd; for i in 1 2 3 4; do ${fill}; done`],
    ['by files that it has removed', `for i in 1 2 3 4; do eval "exec 1$i<>$i"; ${fill}; rm $i; done`],
  ])('a run that takes too much of the disk %s is stopped', async (_, command) => {
    await open('pool.limits.disk=100MiB');
    const prompt = `stand-in: bash ${command}; sleep 60`;
    expect(await failure(prompt)).toEqual({ code: 'disk_limit', retryable: false });
  });

  test('a run that makes too many files is stopped', async () => {
    await open('pool.limits.files=1000');
    const prompt = 'stand-in: bash touch {1..2000}; sleep 60';
    expect(await failure(prompt)).toEqual({ code: 'disk_limit', retryable: false });
  });
});

/** Someone who is not root: their workers have their own uid, so that only the sandbox tells them apart. */
const SOMEONE = 61_881;
const hasSomeone = process.getuid?.() === 0 && canEnter(ROOT, { uid: SOMEONE, gid: SOMEONE });

describe.skipIf(withoutBubblewrap !== undefined || !hasSomeone)('started by someone who is not root', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-test-someone-'));
    chownSync(dataDir, SOMEONE, SOMEONE);
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  test.each([
    ['runs as many processes as it may', 20, true],
    // Its shell fails, or Claude Code itself where it needs another thread just then.
    ['runs no more processes than it may', 300, false],
  ])('a job %s', async (_, count, allStarted) => {
    const program = fileURLToPath(new URL('../support/pool-process.ts', import.meta.url));
    const prompt = `stand-in: bash for i in {1..${count}}; do sleep 5 & done; echo all started; kill $(jobs -p)`;
    const options = { uid: SOMEONE, gid: SOMEONE, cwd: '/', env: { PATH: process.env.PATH } };
    const child = fork(program, [dataDir, prompt, 'pool.limits.processes=150'], options);
    const outcome = Promise.withResolvers<AttemptOutcome>();
    child.on('message', (message) => {
      if (typeof message === 'object' && 'outcome' in message)
        outcome.resolve(message.outcome as AttemptOutcome);
    });
    expect(JSON.stringify(await outcome.promise).includes('Bash answered: all started')).toBe(allStarted);
    if (child.exitCode === null) await once(child, 'exit');
  });
});
