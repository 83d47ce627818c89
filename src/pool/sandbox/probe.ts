import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runAs, type SpawnCommand, type StartPrograms, type WorkerIdentity } from './identity.ts';
import { startProcess } from './start-process.ts';

/** A probe starts one small program; where it takes longer than this it does not work. */
const PROBE_TIMEOUT_MS = 10_000;

const PROGRAM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

export type ProbeResult = { ok: true; stdout: string } | { ok: false; reason: string };

/** Runs a command to its end. The reason of a failure is its last line on stderr, or why it did not start. */
export function probe(command: SpawnCommand): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const child = startProcess(command, PROBE_TIMEOUT_MS);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', ({ message }) => resolve({ ok: false, reason: message }));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve({ ok: true, stdout });
      const said = stderr.trim().split('\n').at(-1);
      resolve({ ok: false, reason: said || `${command.file} ended with ${signal ?? code}` });
    });
  });
}

/**
 * Finds a program that can do what we want of it; BusyBox has a setpriv that cannot.
 * @param identify the identity that a worker would have with it
 */
export async function findStartProgram(
  name: keyof StartPrograms,
  identify: (path: string) => WorkerIdentity,
): Promise<string | undefined> {
  for (const path of PROGRAM_FOLDERS.map((folder) => join(folder, name)).filter(existsSync)) {
    const command = runAs(identify(path), { file: '/usr/bin/env', args: ['true'], env: {}, cwd: '/' });
    if ((await probe(command)).ok) return path;
  }
  return undefined;
}
