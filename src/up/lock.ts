import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';
import { StartError } from './start-error.ts';

/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

export interface LockFiles {
  /** Holds nothing; stays behind, because a lock on a file that can be removed keeps nobody out. */
  lockFile: string;
  /** Says who has the lock, for messages. */
  pidFile: string;
}

export interface Lock {
  release(): void;
}

/**
 * Makes sure that only one `gatehouse up` runs on a data dir. The lock is SQLite's on an empty database: the kernel
 * gives it back when its process ends, however that ended, so there is no stale one to take over. Nothing else in
 * this process may open the lock file: closing any descriptor of it gives the lock back (fcntl_locking(2)).
 * @throws StartError already_running, naming the owner's pid; data_dir_unusable where files cannot be locked
 */
export function acquireLock({ lockFile, pidFile }: LockFiles, dataDir: string): Lock {
  const database = lock(lockFile, pidFile, dataDir);
  writeFileSync(pidFile, `${JSON.stringify(identifyProcess(process.pid))}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

function lock(lockFile: string, pidFile: string, dataDir: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(lockFile, { timeout: 0 });
    // The journal in memory, because one on disk would be left behind by a process that is killed.
    database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) throw alreadyRunning(pidFile, dataDir);
    throw new StartError(
      'data_dir_unusable',
      `${lockFile} cannot be locked (${(error as Error).message}): choose a --data-dir that this user may write to, on a disk of this machine.`,
    );
  }
}

function alreadyRunning(pidFile: string, dataDir: string): StartError {
  const pid = ownerPid(pidFile);
  const [who, stop] = pid === undefined ? ['', 'stop it'] : [` (pid ${pid})`, `stop it with 'kill ${pid}'`];
  return new StartError(
    'already_running',
    `gatehouse up is already running on ${dataDir}${who}: use that one, ${stop}, or choose another folder with --data-dir.`,
  );
}

/** Undefined for the moment in which the owner has the lock and has not yet said so. */
function ownerPid(pidFile: string): number | undefined {
  try {
    const owner = JSON.parse(readFileSync(pidFile, 'utf8')) as ProcessIdentity;
    return isRunning(owner) ? owner.pid : undefined;
  } catch {
    return undefined;
  }
}
