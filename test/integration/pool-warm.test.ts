import { afterEach, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool, type TestPoolOptions } from '../support/pool.ts';
import { processesOf } from '../support/processes.ts';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model.ts';
import { until } from '../support/until.ts';

const withoutBubblewrap = findTool('bwrap') === undefined ? missingTool('bwrap') : undefined;
const isRoot = process.getuid?.() === 0;
/** Workers of this test have uids of their own, so that others' are not taken for ours. */
const FIRST_UID = 61_850;

let pool: TestPool;
let model: ScriptedModel | undefined;
afterEach(async () => {
  await pool.close();
  await model?.close();
  model = undefined;
});

async function open(set: string[], options: TestPoolOptions = {}): Promise<void> {
  pool = await openTestPool({ ...options, set: [`pool.uid=${FIRST_UID}`, ...set] });
}

const stats = () => pool.pool.stats();
const waiting = (count: number) => until(() => stats().waiting === count, `${count} workers wait`, 30_000);

/** A pool whose model requests can be looked at. */
async function openScripted(set: string[]): Promise<ScriptedModel> {
  model = await startScriptedModel([{ text: 'answered' }]);
  await open([`model.baseUrl=${model.url}`, 'model.provider=anthropic', ...set], {
    env: { ANTHROPIC_API_KEY: 'sk-test' },
  });
  return model;
}

describe.each(withoutBubblewrap === undefined ? ['bubblewrap', 'none'] : ['none'])(
  'sandbox: %s',
  (sandbox) => {
    test('a worker waits before the first job comes, and asks the provider for nothing', async () => {
      const { requests } = await openScripted([
        `pool.sandbox=${sandbox}`,
        'pool.warm.min=1',
        'pool.warm.max=1',
      ]);
      await waiting(1);
      expect(requests).toEqual([]);
      const { outcome } = await pool.run({ prompt: 'hello', model: 'haiku', max_tokens: 321 });
      expect(outcome).toMatchObject({ kind: 'completed', text: 'answered' });
      expect(stats().jobs).toEqual({ reused: 0, plain: 1, unopened: 0, cold: 0 });
      expect(requests).toHaveLength(1);
      const request = JSON.parse(requests[0] ?? '') as {
        model: string;
        max_tokens: number;
        messages: unknown;
      };
      expect(request).toMatchObject({ model: expect.stringContaining('haiku'), max_tokens: 321 });
      expect(JSON.stringify(request.messages)).not.toContain('No job runs here');
    });
  },
);

test('jobs with a system prompt have workers started in advance once some have come', async () => {
  const { requests } = await openScripted(['pool.warm.min=0', 'pool.warm.max=1', 'pool.reuse=never']);
  await pool.run({ prompt: 'one', system: 'Speak like a lighthouse keeper.' });
  await waiting(1);
  await pool.run({ prompt: 'two', system: 'Speak like a cook.' });
  expect(stats().jobs).toEqual({ reused: 0, plain: 0, unopened: 1, cold: 1 });
  expect(requests.at(-1)).toContain('Speak like a cook.');
});

test('max_tokens of one job is not the next one’s', async () => {
  const { requests } = await openScripted(['pool.warm.min=0', 'pool.warm.max=1']);
  await pool.run({ prompt: 'one', max_tokens: 321 });
  await pool.run({ prompt: 'two' });
  const limits = requests.map((text) => (JSON.parse(text) as { max_tokens: number }).max_tokens);
  expect(limits[0]).toBe(321);
  expect(limits[1]).toBeGreaterThan(321);
});

test('a job with its own max_turns has a worker started for it', async () => {
  await open(['pool.warm.min=1', 'pool.warm.max=1']);
  await waiting(1);
  const { outcome } = await pool.run({ prompt: 'stand-in: say x', max_turns: 3 });
  expect(outcome.kind).toBe('completed');
  expect(stats().jobs).toEqual({ reused: 0, plain: 0, unopened: 0, cold: 1 });
});

test('a worker that dies while it waits is replaced', async (context) => {
  if (!isRoot) context.skip('workers have a uid of their own only under root');
  await open(['pool.warm.min=1', 'pool.warm.max=1']);
  await waiting(1);
  const before = processesOf(FIRST_UID);
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await until(() => stats().recycles.ended === 1, 'the dead worker is noticed');
  await waiting(1);
  expect(processesOf(FIRST_UID + 1).length + processesOf(FIRST_UID).length).toBeGreaterThan(0);
  expect((await pool.run({ prompt: 'stand-in: say x' })).outcome.kind).toBe('completed');
});

test('where memory is short no worker is started in advance, and jobs run all the same', async () => {
  await open(['pool.warm.min=1', 'pool.warm.max=2', 'pool.warm.spareMemory=100000GiB', 'pool.reuse=never']);
  const { outcome } = await pool.run({ prompt: 'stand-in: say x' });
  expect(outcome.kind).toBe('completed');
  expect(stats()).toMatchObject({ warmStarts: 0, waiting: 0, jobs: { cold: 1 } });
});

test('a pool that closes takes those that wait with it', async (context) => {
  if (!isRoot) context.skip('workers have a uid of their own only under root');
  await open(['pool.warm.min=2', 'pool.warm.max=2']);
  await waiting(2);
  await pool.pool.close(0);
  for (let slot = 0; slot < 4; slot += 1) expect(processesOf(FIRST_UID + slot)).toEqual([]);
});
