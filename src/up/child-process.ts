import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync } from 'node:fs';
import type { RoleMessage, SupervisorMessage } from '../serve/index.ts';
import { openLog } from './log-file.ts';
import type { Command } from './parent-death.ts';

/** `progressing` means that it is alive and needs time, however long. */
export type ProbeResult = 'ready' | 'progressing' | 'silent';

/** How a child shows that it serves: it says so over a channel, or it is asked again and again. */
export type Readiness = { by: 'message' } | { by: 'probe'; probe: () => Promise<ProbeResult> };

export interface ChildSpec extends Command {
  /** As in messages and in the log file's name. */
  name: string;
  env: NodeJS.ProcessEnv;
  /** Gets standard output and standard error. */
  logFile: string;
  readiness: Readiness;
}

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why the program could not be started at all. */
  error?: Error;
}

export interface RunningChild {
  /** Undefined where the program could not be started at all. */
  pid: number | undefined;
  /** Length of the log when it was started, in bytes. */
  logStart: number;
  exited: Promise<ChildExit>;
  onMessage(listener: (message: RoleMessage) => void): void;
  /** For a child with a channel; one that is gone hears nothing. */
  tell(message: SupervisorMessage): void;
  signal(signal: NodeJS.Signals): void;
  /** Ends at once whatever is in its process group. */
  killGroup(): void;
}

/**
 * Starts a child in a session of its own, so that a Ctrl-C in the terminal reaches only `gatehouse up`, which
 * then ends its children in the right order. Never throws: see ChildExit.error.
 */
export function startChild(spec: ChildSpec): RunningChild {
  try {
    return spawnChild(spec);
  } catch (error) {
    const exit = { code: null, signal: null, error: error as Error };
    const nothing = () => {};
    return {
      pid: undefined,
      logStart: 0,
      exited: Promise.resolve(exit),
      onMessage: nothing,
      tell: nothing,
      signal: nothing,
      killGroup: nothing,
    };
  }
}

function spawnChild(spec: ChildSpec): RunningChild {
  const log = openLog(spec.logFile);
  const logStart = fstatSync(log).size;
  const stdio: ('ignore' | 'ipc' | number)[] = ['ignore', log, log];
  if (spec.readiness.by === 'message') stdio.push('ipc');
  let child: ChildProcess;
  try {
    child = spawn(spec.file, spec.args, { env: spec.env, stdio, detached: true });
  } finally {
    closeSync(log);
  }
  return {
    pid: child.pid,
    logStart,
    exited: exitOf(child),
    onMessage: (listener) => child.on('message', (message) => listener(message as RoleMessage)),
    tell: (message) => {
      // The callback takes the error of a channel that closes meanwhile.
      if (child.connected) child.send(message, () => {});
    },
    signal: (signal) => child.kill(signal),
    killGroup: () => killGroup(child.pid),
  };
}

/** Resolves when the child is gone and all that it said over its channel has been heard. */
async function exitOf(child: ChildProcess): Promise<ChildExit> {
  const heard = child.connected && new Promise((resolve) => child.once('disconnect', resolve));
  const exit = await new Promise<ChildExit>((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  // What it started and left behind in its group goes with it.
  killGroup(child.pid);
  if (child.pid !== undefined) await heard;
  return exit;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** Such as `exit code 1` or `SIGKILL`, to follow "ended with". */
export function describeExit({ code, signal, error }: ChildExit): string {
  return error?.message ?? signal ?? `exit code ${code}`;
}
