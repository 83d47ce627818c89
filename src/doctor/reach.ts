import { connect } from 'node:net';
import { parseHostPort } from '../config/index.ts';

const TIMEOUT_MS = 5_000;

/**
 * Tries to connect, and says nothing.
 * @param address host, or host and port
 * @returns why there is no connection; nothing where there is one
 */
export function reach(address: string, fallbackPort: number): Promise<{ error?: string }> {
  const { host, port } = parseHostPort(address) ?? { host: address, port: fallbackPort };
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const done = (result: { error?: string }) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => done({}));
    socket.on('timeout', () => done({ error: `no answer in ${TIMEOUT_MS / 1000} s` }));
    socket.on('error', (error: NodeJS.ErrnoException) => done({ error: error.code ?? error.message }));
  });
}
