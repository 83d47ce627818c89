import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../src/toolchain/index.ts';

/** `gatehouse serve api` as a process of its own. @param set configuration, as `a.b=value` */
export function spawnApi(dataDir: string, set: readonly string[]): ChildProcess {
  const args = ['serve', 'api', '--data-dir', dataDir, ...set.flatMap((value) => ['--set', value])];
  return spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...args], { stdio: 'ignore' });
}

/** Ends a process as a crash would, and waits until it is gone. */
export async function killProcess(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
