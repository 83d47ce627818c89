import { type ChildProcess, spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { FILTER_FD, type SpawnCommand } from './identity.ts';

/**
 * Starts a command with pipes for what it reads and writes. Listen for its `error` at once.
 * @param timeoutMs after which it is killed; it may take any time without
 * @throws some failures of the system, such as E2BIG and ENOMEM; the others come as `error`
 */
export function startProcess(
  { file, args, infoFd, filter, ...options }: SpawnCommand,
  timeoutMs?: number,
): ChildProcess {
  const child = spawn(file, args, {
    ...options,
    timeout: timeoutMs,
    stdio: [
      ...(['pipe', 'pipe', 'pipe'] as const),
      infoFd === undefined ? 'ignore' : 'pipe',
      filter === undefined ? 'ignore' : 'pipe',
    ],
  });
  // Without a free file descriptor there are no streams at all, whatever the types say.
  const filterPipe = child.stdio?.[FILTER_FD];
  // Writing to a process that is gone fails; that it is gone is told by its end.
  if (filterPipe instanceof Writable) filterPipe.on('error', () => {}).end(filter);
  return child;
}
