import { once } from 'node:events';
import { chmod, chown } from 'node:fs/promises';
import type { Server } from 'node:http';
import { MAX_SOCKET_PATH_BYTES } from '../../config/index.ts';
import { ModelError } from '../error.ts';

/**
 * Listens on a socket file that only its owner may open. The folder it lies in must be private too: between the file's
 * making and its protection passes a moment.
 * @param uid the file's owner; only root can give it away
 * @throws ModelError when the path cannot be used
 */
export async function listenPrivately(server: Server, path: string, uid: number | undefined): Promise<void> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw unusable(path, `the path is longer than ${MAX_SOCKET_PATH_BYTES} bytes; use a shorter data folder`);
  }
  try {
    server.listen({ path });
    await once(server, 'listening');
    await chmod(path, 0o600);
    if (uid !== undefined && process.getuid?.() === 0) await chown(path, uid, uid);
  } catch (error) {
    server.close();
    throw unusable(path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

function unusable(path: string, why: string): ModelError {
  return new ModelError('socket_unavailable', `The model proxy cannot listen on ${path}: ${why}.`);
}
