import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_SOCKET_PATH_BYTES } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { PoolError } from '../errors.ts';
import { removeTree } from './remove-tree.ts';
import { canEnter } from './traversable.ts';

/** The longest thing below a runtime folder that has a socket at its end. */
const LONGEST_SOCKET_NAME = '/123456/model.sock';

/** Where this process keeps what its workers use: one folder a job, and a copy of the CLI if it needs one. */
export interface RuntimeFolder {
  path: string;
  /**
   * Makes it again should it be gone: systems clear their places for temporary files of what was long unused.
   * @throws PoolError as opening it does
   */
  ensure(): void;
  remove(): Promise<void>;
}

/**
 * Makes the runtime folder of this process: below the data folder if that will do, else below a folder of
 * our own in the system's place for temporary files. It will not do where the workers' uid cannot get
 * through to it, or where it is so deep that a socket in it would have too long a name.
 * What processes left behind that were killed is removed on the way; what cannot be removed is said and left.
 * @param worker uid and gid of a worker
 * @throws PoolError runtime_folder_unsafe, runtime_folder_unavailable
 */
export async function openRuntimeFolder(
  dataDir: string,
  worker: { uid: number; gid: number },
  logger: Logger,
): Promise<RuntimeFolder> {
  mkdirSync(dataDir, { recursive: true });
  const name = `gatehouse-${digest(dataDir, 12)}`;
  const bases = [
    { parent: dataDir, path: join(dataDir, 'workers') },
    ...['/var/tmp', tmpdir(), '/tmp'].map((parent) => ({ parent, path: join(parent, name) })),
  ];
  const host = digest(hostname(), 8);
  const own = `${host}-${process.pid}`;
  for (const { parent, path: base } of bases) {
    const path = join(base, own);
    if (Buffer.byteLength(path + LONGEST_SOCKET_NAME) > MAX_SOCKET_PATH_BYTES) continue;
    if (!isEntered(parent, worker) || !makePrivate(base, worker)) continue;
    await sweep(base, host, logger);
    const ensure = () => {
      if (!makePrivate(base, worker) || !makePrivate(path, worker)) throw unavailable(worker, [base]);
    };
    ensure();
    return { path, ensure, remove: () => removeFrom(base, path) };
  }
  throw unavailable(
    worker,
    bases.map(({ path }) => path),
  );
}

function unavailable({ uid }: { uid: number }, tried: string[]): PoolError {
  return new PoolError(
    'runtime_folder_unavailable',
    `No folder for workers: it must be writable for us, uid ${uid} must be able to enter it, and its path must ` +
      `be short. Tried ${tried.join(', ')}.`,
  );
}

/** The base goes with the last process that uses it. */
async function removeFrom(base: string, path: string): Promise<void> {
  await removeTree(path);
  try {
    rmdirSync(base);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

function isEntered(folder: string, worker: { uid: number; gid: number }): boolean {
  try {
    return canEnter(folder, worker);
  } catch {
    return false;
  }
}

/** Workers with another uid must pass through but not look around. */
function modeFor(worker: { uid: number }): number {
  return worker.uid === process.getuid?.() ? 0o700 : 0o711;
}

/**
 * Makes or takes over a folder that only we can write to.
 * @returns false where none can be made
 * @throws PoolError runtime_folder_unsafe where someone else's folder, or a link, has that name
 */
function makePrivate(path: string, worker: { uid: number }): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
  }
  // lstat, and not stat: a link could lead to a folder of ours that means something else.
  const stats = lstatSync(path);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) {
    throw new PoolError(
      'runtime_folder_unsafe',
      `${path} must be a folder that belongs to uid ${process.getuid?.()} and that nobody else can write to. ` +
        'Remove it and start again.',
    );
  }
  chmodSync(path, modeFor(worker));
  return true;
}

/** Removes the folders of this host's processes that are gone; one with our own pid is an earlier life's. */
async function sweep(base: string, host: string, logger: Logger): Promise<void> {
  for (const name of readdirSync(base)) {
    const [owner, pid] = name.split('-');
    if (owner !== host || !/^\d+$/.test(pid ?? '')) continue;
    if (Number(pid) !== process.pid && isAlive(Number(pid))) continue;
    try {
      await removeTree(join(base, name));
    } catch (err) {
      logger.error({ err }, 'What an ended worker left was not removed');
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
