import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createAssertionVerifier, readKeyFile } from '../authz/index.ts';
import { type Config, formatHostPort, redisAddress } from '../config/index.ts';
import { openJobStore } from '../jobs/index.ts';
import { createStreamPlaces, openLimitsClient } from '../ratelimit/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createApi } from './app.ts';
import { ApiError } from './error.ts';

export interface StartApiOptions {
  config: Config;
  logger: Logger;
}

export interface RunningApi {
  /** Where it listens, also where the configuration asks for any free port. */
  port: number;
  /** Ends streams at once and waits after envoy.drainTimeout; requests are answered as before. */
  drain(): void;
  /** Stops accepting, ends waits and streams, lets requests finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the HTTP API on listen.api. Any number of them may run on one Redis.
 * @throws ApiError cannot_listen; an Error that says what to do where the key file or Redis's address is missing
 */
export async function startApi({ config, logger }: StartApiOptions): Promise<RunningApi> {
  const key = await readKeyFile(config.identity.assertion.keyFile, 'identity.assertion.keyFile');
  const address = await redisAddress(config);
  const store = await openJobStore({ address, config, logger, now: Date.now });
  const limits = await openLimitsClient(config, logger, 'api').catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const streams = createStreamPlaces(limits);
  const verify = createAssertionVerifier({ key, now: Date.now });
  const draining = new AbortController();
  const app = createApi({ config, store, verify, streams, logger, now: Date.now, draining: draining.signal });
  const port = await listen(app, config.listen.api).catch(async (error: unknown) => {
    await limits.close();
    await store.close();
    throw error;
  });
  logger.info({ address: formatHostPort({ host: config.listen.api.host, port }) }, 'the api listens');
  return {
    port,
    drain: () => draining.abort(),
    async close(graceMs) {
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(cut);
      await limits.close();
      await store.close();
    },
  };
}

async function listen(app: FastifyInstance, address: { host: string; port: number }): Promise<number> {
  try {
    await app.listen(address);
    return (app.server.address() as AddressInfo).port;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? 'is in use already: end what listens there, or choose another port'
        : `cannot be used (${code})`;
    throw new ApiError('cannot_listen', `listen.api: ${formatHostPort(address)} ${why}.`, { cause: error });
  }
}
