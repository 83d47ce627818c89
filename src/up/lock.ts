import { readFileSync, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createOnce } from './create-once.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';
import { StartError } from './start-error.ts';

/** Tries to take a lock over from a dead owner, before it is clear that others are at it too. */
const MAX_TRIES = 5;

export interface Lock {
  release(): void;
}

/**
 * Makes sure that only one `gatehouse up` runs on a data dir. A lock whose owner is gone is taken over.
 * @throws StartError already_running, naming the owner's pid
 */
export async function acquireLock(file: string, dataDir: string): Promise<Lock> {
  const self = identifyProcess(process.pid);
  if (self === undefined) throw new Error('the start time of this process cannot be read');
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await createOnce(file, `${JSON.stringify(self)}\n`, 0o600)) {
      return { release: () => releaseIfMine(file, self) };
    }
    const owner = readOwner(file);
    if (owner !== undefined && isRunning(owner)) throw alreadyRunning(owner.pid, dataDir);
    await discard(file, owner);
  }
  throw new StartError('already_running', `Another gatehouse up is starting on ${dataDir}: try again.`);
}

/** The process that runs `gatehouse up` on the data dir that this lock file is for, if one does. */
export function lockOwner(file: string): ProcessIdentity | undefined {
  const owner = readOwner(file);
  return owner !== undefined && isRunning(owner) ? owner : undefined;
}

function alreadyRunning(pid: number, dataDir: string): StartError {
  return new StartError(
    'already_running',
    `gatehouse up is already running on ${dataDir} (pid ${pid}): use that one, stop it with 'kill ${pid}', or choose another folder with --data-dir.`,
  );
}

function readOwner(file: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isIdentity(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string'
  );
}

/** Moves the dead owner's file away; puts it back when it turns out to be a newcomer's. */
async function discard(file: string, dead: ProcessIdentity | undefined): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readOwner(aside);
  const newcomer = moved !== undefined && moved.startedAt !== dead?.startedAt && isRunning(moved);
  if (newcomer) await createOnce(file, `${JSON.stringify(moved)}\n`, 0o600);
  await rm(aside, { force: true });
}

function releaseIfMine(file: string, self: ProcessIdentity): void {
  const owner = readOwner(file);
  if (owner?.pid === self.pid && owner.startedAt === self.startedAt) rmSync(file, { force: true });
}
