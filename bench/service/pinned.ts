import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { until } from '../../test/support/until.ts';

/** A service in a process of its own, on one core. */
export interface PinnedService<Name extends string = string> {
  name: Name;
  pid: number;
  port: number;
  close(): Promise<void>;
}

export const HOST = '127.0.0.1';

/**
 * Starts a program that serves on a port of loopback, and waits until it does.
 * @param dir its folder, which is removed when it ends; core: the number of the one that it has
 * @throws with what it wrote to standard error, where it ends at once
 */
export async function startPinned<Name extends string>(
  name: Name,
  program: string,
  args: readonly string[],
  { env, port, dir, core = 0 }: { env: NodeJS.ProcessEnv; port: number; dir: string; core?: number },
): Promise<PinnedService<Name>> {
  const child = spawn('taskset', ['-c', String(core), program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const close = async () => {
    if (!hasEnded()) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await until(async () => hasEnded() || (await accepts(port)), `${name} listens`, 60_000);
    if (hasEnded()) throw new Error(`${name} ended at its start:\n${log}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { name, pid: child.pid ?? 0, port, close };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.on('connect', () => resolve(socket.destroy() && true));
    socket.on('error', () => resolve(false));
  });
}
