import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export interface OperationsServerOptions {
  /** The setting that gives the address, such as `listen.authzHttp`; named where it cannot be used. */
  setting: string;
  host: string;
  /** 0 picks a free one. */
  port: number;
  registry: Registry;
  /** Whether requests can be answered as they should; what /ready tells. */
  isReady(): boolean | Promise<boolean>;
  /** Adds routes of the role's own. */
  routes?(app: FastifyInstance): void;
}

export interface OperationsServer {
  port: number;
  /** Stops accepting, lets requests finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** Longest wait for a request to arrive whole. */
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A role's small HTTP server for operators: /health (the process answers), /ready (200, or 503 where it cannot do its
 * work or is closing) and /metrics (Prometheus text).
 * @throws an Error for people where the address cannot be used
 */
export async function serveOperations(options: OperationsServerOptions): Promise<OperationsServer> {
  // Loaded here and not before: commands that serve nothing start without it.
  const { default: fastify } = await import('fastify');
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  let closing = false;
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const ready = !closing && (await options.isReady());
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not_ready' });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(options.registry.contentType).send(await options.registry.metrics()),
  );
  options.routes?.(app);
  const port = await listen(app, options);
  return {
    port,
    async close(graceMs) {
      closing = true;
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(cut);
    },
  };
}

async function listen(
  app: FastifyInstance,
  { setting, host, port }: OperationsServerOptions,
): Promise<number> {
  try {
    await app.listen({ host, port });
    return (app.server.address() as AddressInfo).port;
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
}
