import { afterEach, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool, type TestPoolOptions } from '../support/pool.ts';
import { processesOf } from '../support/processes.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { until } from '../support/until.ts';

const withoutBubblewrap = findTool('bwrap') === undefined ? missingTool('bwrap') : undefined;
const isRoot = process.getuid?.() === 0;
/** Workers of this test have uids of their own, so that others' are not taken for ours. */
const FIRST_UID = 61_800;

let pool: TestPool;
afterEach(() => pool.close());

async function open(set: string[], options: TestPoolOptions = {}): Promise<void> {
  pool = await openTestPool({ ...options, set: [`pool.uid=${FIRST_UID}`, 'pool.workers=1', ...set] });
}

/** Runs a job and waits until its worker is ready for another or gone. */
async function run(prompt: string, client = 'service-a', tenant = 'default') {
  const { outcome } = await pool.run({ prompt }, { owner: { client, tenant } });
  const workers = () => processesOf(FIRST_UID).length;
  await until(() => pool.pool.stats().waiting > 0 || workers() === 0, 'the worker waits or is gone');
  return outcome.kind === 'completed' ? outcome.text : JSON.stringify(outcome);
}

const jobs = () => pool.pool.stats().jobs;
const recycles = () => pool.pool.stats().recycles;

describe.skipIf(withoutBubblewrap !== undefined || !isRoot)('in bubblewrap', () => {
  test('the next job of a client runs in the process of the last, and finds nothing of it', async () => {
    await open(['pool.warm.max=1']);
    await run(
      'stand-in: bash mkdir -p sub /tmp/left /dev/shm/left ~/left /cfg/projects/left; touch .hidden "$(printf "\\377")"; ln -s / link; cd sub; chmod 0 .',
    );
    const workers = processesOf(FIRST_UID);
    expect(
      await run('stand-in: bash pwd; ls -A /work /tmp /dev/shm; ls -A ~ /cfg/projects | grep left'),
    ).toMatch(
      /^Bash (answered|failed): (Exit code 1\n)?\/work\n\/dev\/shm:\n\n\/tmp:\n(claude-\d+\n)?\n\/work:$/,
    );
    expect(processesOf(FIRST_UID)).toEqual(workers);
    expect(jobs()).toEqual({ reused: 1, plain: 0, unopened: 0, cold: 1 });
  });

  test('a job can change nothing of the CLI’s configuration, and what it leaves in its home is nothing to the next', async () => {
    await open(['pool.warm.max=1']);
    const settings = JSON.stringify({ env: { FROM_THE_LAST: 'yes' }, hooks: {} });
    const refused = await run(
      `stand-in: bash echo 'export FROM_THE_LAST=yes' > ~/.bashrc; echo '${settings}' > /cfg/settings.json`,
    );
    expect(refused).toContain('/cfg/settings.json: Read-only file system');
    expect(await run('stand-in: bash echo "<$FROM_THE_LAST>"')).toBe('Bash answered: <>');
    expect(jobs().reused).toBe(1);
  });

  test('the model is told nothing of the job before', async () => {
    const model = await startScriptedModel([{ text: 'answered' }]);
    const set = ['pool.warm.max=1', `model.baseUrl=${model.url}`, 'model.provider=anthropic'];
    await open(set, { env: { ANTHROPIC_API_KEY: 'sk-test' } });
    try {
      await run('my secret is 4711');
      await run('what is my secret?');
      expect(jobs().reused).toBe(1);
      expect(model.requests).toHaveLength(2);
      expect(model.requests.at(-1)).toContain('what is my secret?');
      expect(model.requests.at(-1)).not.toContain('4711');
    } finally {
      await model.close();
    }
  });

  test('another client’s job has a process of its own', async () => {
    await open(['pool.warm.max=2']);
    await run('stand-in: say x', 'service-a');
    await run('stand-in: say x', 'service-b');
    expect(jobs()).toMatchObject({ reused: 0, cold: 2 });
  });

  test('with pool.reuse: tenant a tenant’s clients share processes, and tenants do not', async () => {
    await open(['pool.warm.max=2', 'pool.reuse=tenant']);
    await run('stand-in: say x', 'service-a', 'one');
    await run('stand-in: say x', 'service-b', 'one');
    expect(jobs()).toMatchObject({ reused: 1, cold: 1 });
    await run('stand-in: say x', 'service-a', 'two');
    expect(jobs()).toMatchObject({ reused: 1, cold: 2 });
  });

  test('with pool.reuse: never each job has a process of its own', async () => {
    await open(['pool.warm.max=2', 'pool.reuse=never']);
    for (const prompt of ['stand-in: say a', 'stand-in: say b']) await pool.run({ prompt });
    expect(jobs().reused).toBe(0);
    expect(recycles()).toEqual({ single_use: 2 });
  });

  test('a process whose job leaves another running is not used again', async () => {
    await open(['pool.warm.max=1']);
    await run('stand-in: bash setsid -f sleep 60 >/dev/null 2>&1');
    expect(processesOf(FIRST_UID)).toEqual([]);
    expect(recycles()).toEqual({ processes_left: 1 });
  });

  test('a process whose job failed is not used again', async () => {
    await open(['pool.warm.max=1']);
    await run('stand-in: error 400');
    expect(recycles()).toEqual({ failed: 1 });
  });

  test('a process goes after its number of jobs', async () => {
    await open(['pool.warm.max=1', 'pool.recycle.jobs=2']);
    for (const prompt of ['stand-in: say a', 'stand-in: say b', 'stand-in: say c']) await run(prompt);
    expect(jobs()).toMatchObject({ reused: 1, cold: 2 });
    expect(recycles()).toEqual({ jobs: 1 });
  });

  test('a process that has grown over its memory goes', async () => {
    await open(['pool.warm.max=1', 'pool.recycle.memory=1MiB']);
    await run('stand-in: say x');
    expect(recycles()).toEqual({ memory: 1 });
  });
});
