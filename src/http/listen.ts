import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface ListenAddress {
  /** The setting that gives the address, such as `listen.api`; named where it cannot be used. */
  setting: string;
  host: string;
  /** 0 picks a free one. */
  port: number;
}

/** An HTTP server that accepts requests. */
export interface ListeningServer {
  /** Where it listens, also where any free port was asked for. */
  port: number;
  /** Stops accepting, lets requests finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/**
 * Has an HTTP server accept requests.
 * @throws an Error for people where the address cannot be used; the server is closed then
 */
export async function listen(
  app: FastifyInstance,
  { setting, host, port }: ListenAddress,
): Promise<ListeningServer> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? 'is in use already: end what listens there, or choose another port'
        : `cannot be used (${code})`;
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    throw new Error(`${setting}: ${address} ${why}.`, { cause: error });
  }
  return {
    port: (app.server.address() as AddressInfo).port,
    async close(graceMs) {
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(cut);
    },
  };
}
