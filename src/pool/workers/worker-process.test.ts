import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { INFO_FD } from '../sandbox/identity.ts';
import { WorkerProcess } from './worker-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-process-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a process says and how it ends, used as an attempt uses it. */
async function run(file: string, args: string[] = []) {
  const worker = new WorkerProcess({ file, args, env: {}, cwd: folder });
  worker.write('hello\n');
  const messages = [];
  for await (const message of worker.messages()) messages.push(message);
  worker.end(1_000);
  return { end: await worker.ended, messages };
}

test('a program that is not there is told by its errno', async () => {
  const { end } = await run(join(folder, 'vanished'));
  expect(end).toEqual({ kind: 'not_started', code: 'ENOENT' });
});

test('a program that may not be run is told by its errno', async () => {
  const file = join(folder, 'closed');
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o600);
  expect((await run(file)).end).toEqual({ kind: 'not_started', code: 'EACCES' });
});

test('a command line that is too long for the system is told by its errno', async () => {
  const { end } = await run(
    '/bin/true',
    Array.from({ length: 40 }, () => 'x'.repeat(100_000)),
  );
  expect(end).toEqual({ kind: 'not_started', code: 'E2BIG' });
});

test('arguments that no system could take are a bug, and thrown', () => {
  const start = () => new WorkerProcess({ file: '/bin/true', args: ['a\0b'], env: {}, cwd: folder });
  expect(start).toThrow('null bytes');
});

test('what a program says last counts also without the end of its line', async () => {
  const { messages } = await run('/bin/sh', [
    '-c',
    `printf '{"type":"system","subtype":"init","model":"a"}\n{"type":"result","subtype":"success","is_error":false}'`,
  ]);
  expect(messages.map(({ type }) => type)).toEqual(['system', 'result']);
});

test('a last line that was cut off is nothing', async () => {
  const { end, messages } = await run('/bin/sh', ['-c', `printf '{"type":"result","subty'`]);
  expect({ end, messages }).toEqual({ end: { kind: 'exited', code: 0, signal: null }, messages: [] });
});

test('a sandbox whose first process makes mounts of its own has no root any more', async (context) => {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' });
  } catch {
    context.skip('no user namespace can be made here');
  }
  const program = `echo "{\\"child-pid\\": $$}" >&3; read -r go; exec unshare --user --map-root-user --mount sh -c 'echo {}; sleep 60'`;
  const worker = new WorkerProcess({
    file: '/bin/sh',
    args: ['-c', program],
    env: { PATH: '/usr/bin:/bin' },
    cwd: folder,
    infoFd: INFO_FD,
  });
  await until(() => worker.root !== undefined, 'the sandbox has a root');
  expect(worker.root).toBe(`/proc/${worker.firstInside}/root`);
  worker.write('go\n');
  await until(() => worker.root === undefined, 'it has none any more');
  worker.kill();
  await worker.ended;
});
