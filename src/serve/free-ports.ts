import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';

/** Above what programs listen on by custom. */
const LOWEST_PORT = 20_000;
/** Below this many to choose from, the kernel's own choice is as good. */
const ENOUGH_PORTS = 1000;
/** So many tries fail only where nothing is free. */
const MAX_TRIES = 1000;
const EPHEMERAL_RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

/**
 * Listens on a port that stays this process's to give away, also between its release and the start of the program
 * that is to listen there.
 *
 * A port that the kernel chooses is free for a moment only: any connection out, and any other start beside this one,
 * may be given it next. So it is taken from below the kernel's range, and claimed by a name that lives and dies with
 * this process, in the same network namespace as the port (an abstract socket, unix(7)).
 * @param host the address to listen at
 * @returns the server that holds the port
 * @throws an errno where this machine does not have the address
 */
export async function holdFreePort(host: string): Promise<Server> {
  const highest = lowestEphemeralPort() - 1;
  if (highest - LOWEST_PORT < ENOUGH_PORTS) return listen({ host, port: 0 });
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = randomInt(LOWEST_PORT, highest + 1);
    const claim = await listenUnlessTaken({ path: `\0gatehouse-port-${port}` });
    if (claim === undefined) continue;
    claim.unref();
    let server: Server | undefined;
    try {
      server = await listenUnlessTaken({ host, port, exclusive: true });
      if (server !== undefined) return server;
    } finally {
      if (server === undefined) claim.close();
    }
  }
  return listen({ host, port: 0 });
}

/** @returns 0 where the kernel does not say, as only Linux does */
function lowestEphemeralPort(): number {
  try {
    return Number.parseInt(readFileSync(EPHEMERAL_RANGE, 'utf8'), 10);
  } catch {
    return 0;
  }
}

async function listenUnlessTaken(options: ListenOptions): Promise<Server | undefined> {
  try {
    return await listen(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** Listens, for the sake of the address alone. */
export async function listen(options: ListenOptions): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(options);
  await once(server, 'listening');
  return server;
}

export async function release(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

export function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}
