import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { type ListenAddress, type ListeningServer, listen } from '../http/index.ts';
import { EXPOSITION_TYPES, expositionFormat, printExposition } from './exposition/print.ts';
import { familiesOf } from './exposition/report.ts';
import type { OwnState, SharedState, Siblings } from './siblings.ts';

export interface OperationsServerOptions extends ListenAddress {
  registry: Registry;
  /** Where several processes share the address: the others. */
  siblings?: Siblings | undefined;
  /** Where metrics are besides /metrics. */
  metricsPath?: string;
  /** Whether requests can be answered as they should; what /ready tells. */
  isReady(): boolean | Promise<boolean>;
  /** Adds routes of the role's own. */
  routes?(app: FastifyInstance): void;
}

/** Longest wait for a request to arrive whole. */
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A role's small HTTP server for operators: /health (the process answers), /ready (200, or 503 where it cannot do its
 * work or is closing) and /metrics (Prometheus text, or OpenMetrics where that is asked for).
 * @throws an Error for people where the address cannot be used
 */
export async function serveOperations(options: OperationsServerOptions): Promise<ListeningServer> {
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
  const own: OwnState = {
    metrics: () => options.registry.getMetricsAsJSON(),
    isReady: async () => !closing && (await options.isReady()),
  };
  const shown: OwnState | SharedState = options.siblings?.join(options.setting, own) ?? own;
  app.get('/ready', async (_request, reply) => {
    const ready = await shown.isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not_ready' });
  });
  for (const path of new Set(['/metrics', options.metricsPath ?? '/metrics'])) {
    app.get(path, async (request, reply) => {
      const format = expositionFormat(request.headers.accept);
      const text = printExposition(familiesOf(await shown.metrics()), format);
      return reply.type(EXPOSITION_TYPES[format]).send(text);
    });
  }
  options.routes?.(app);
  const server = await listen(app, options);
  return {
    port: server.port,
    async close(graceMs) {
      closing = true;
      await server.close(graceMs);
    },
  };
}
