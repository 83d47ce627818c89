import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identifyProcess, isRunning } from './process-identity.ts';

test('a process is itself and nothing with another start time', () => {
  const self = identifyProcess(process.pid);
  expect(self).toMatchObject({ pid: process.pid });
  if (self === undefined) return;
  expect(isRunning(self)).toBe(true);
  expect(isRunning({ ...self, startedAt: '1' })).toBe(false);
});

test('a process that ended is not running', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identifyProcess(child.pid ?? 0);
  expect(identity && isRunning(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isRunning(identity)).toBe(false);
});
