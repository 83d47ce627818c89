import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MAX_SOCKET_PATH_BYTES } from '../config/index.ts';
import type { ProbeResult } from './child-process.ts';
import { StartError } from './start-error.ts';

const PROBE_TIMEOUT_MS = 1_000;

export interface SocketPlace {
  path: string;
  /** A folder outside the data dir, to be removed at the end. */
  temporaryFolder?: string;
}

/**
 * Where Redis listens: in the run folder, or where that path is too long for a socket, in a short folder of
 * this user's alone that is named after the data dir.
 */
export function redisSocketPlace(runDir: string): SocketPlace {
  const path = join(runDir, 'redis.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { path };
  const name = createHash('sha256').update(dirname(runDir)).digest('hex').slice(0, 16);
  const temporaryFolder = join(tmpdir(), `gatehouse-${name}`);
  return { path: join(temporaryFolder, 'redis.sock'), temporaryFolder };
}

/** @param path absolute */
export function unixUrl(path: string): string {
  const url = new URL('unix://');
  // URL leaves a % as it is, and would take %41 for an A when it reads it back.
  url.pathname = path.replaceAll('%', '%25');
  return url.href;
}

/**
 * Makes the folder where Redis' socket must go elsewhere than into the run folder.
 * @throws StartError redis_unusable when that folder belongs to somebody else, or its path is too long as well
 */
export function redisSocket(runDir: string): SocketPlace {
  const place = redisSocketPlace(runDir);
  const { path, temporaryFolder: folder } = place;
  if (folder === undefined) return place;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o170777) !== 0o040700) {
    throw new StartError(
      'redis_unusable',
      `${folder}, where Redis' socket must go because the data dir's path is too long, is not a folder of this user alone: remove it, or choose a shorter --data-dir.`,
    );
  }
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new StartError(
      'redis_unusable',
      `${path} is too long for a socket: choose a shorter --data-dir or TMPDIR.`,
    );
  }
  return place;
}

/** Asks a Redis on a unix socket whether it serves; one that still loads its data is progressing. */
export function probeRedis(path: string): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => settle('silent'));
    socket.on('error', () => settle('silent'));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (answer) => {
      const text = answer.toString('latin1');
      if (text.startsWith('+PONG')) settle('ready');
      else settle(text.startsWith('-LOADING') ? 'progressing' : 'silent');
    });
    socket.on('end', () => settle('silent'));
  });
}
