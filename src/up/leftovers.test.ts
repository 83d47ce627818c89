import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { endLeftovers, recordChildren } from './leftovers.ts';

let dir: string;
let file: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-leftovers-'));
  file = join(dir, 'children.json');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

/** A process in a group of its own, as `up` starts them, that is on record. */
async function leftover(script: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--eval', `${script}; console.log('runs'); setInterval(() => {}, 60_000)`],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  children.push(child);
  let runs = false;
  child.stdout?.once('data', () => {
    runs = true;
  });
  await until(() => runs, 'it runs');
  recordChildren(file)('redis', child.pid);
  return child;
}

test('what is left is ended, and named', async () => {
  const child = await leftover('');
  expect(await endLeftovers(file)).toEqual(['redis']);
  await until(() => child.signalCode === 'SIGTERM', 'it ended by SIGTERM');
  expect(existsSync(file)).toBe(false);
});

test('what does not end by itself is killed after its grace', async () => {
  const child = await leftover("process.on('SIGTERM', () => {})");
  expect(await endLeftovers(file, { graceMs: 50 })).toEqual(['redis']);
  await until(() => child.signalCode === 'SIGKILL', 'it was killed');
});

test('what cannot be ended keeps up from starting, and is said with its pid', async () => {
  const child = await leftover('');
  const kill = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  };
  await expect(endLeftovers(file, { kill, graceMs: 50, killMs: 50 })).rejects.toMatchObject({
    code: 'leftovers_running',
    message: expect.stringContaining(`redis (pid ${child.pid}). End it with 'kill -9 ${child.pid}'`),
  });
  expect(existsSync(file)).toBe(true);
});

test.each([undefined, '', '{', '{"redis":{"pid":1,"startedAt":"never"}}'])(
  'a record of nothing that runs (%j) is nothing left',
  async (content) => {
    if (content !== undefined) await writeFile(file, content);
    expect(await endLeftovers(file)).toEqual([]);
  },
);
