import { createAssertionVerifier, readKeyFile } from '../authz/index.ts';
import { type Config, formatHostPort, redisAddress } from '../config/index.ts';
import { type ListeningServer, listen } from '../http/index.ts';
import { openJobStore } from '../jobs/index.ts';
import { createStreamPlaces, openLimitsClient } from '../ratelimit/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createApi } from './app.ts';
import { startExpiry } from './expiry.ts';

export interface StartApiOptions {
  config: Config;
  logger: Logger;
}

export interface RunningApi extends ListeningServer {
  /** Ends streams at once and waits after envoy.drainTimeout; requests are answered as before. */
  drain(): void;
  /** Stops accepting, ends waits and streams, lets requests finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the HTTP API on listen.api. Any number of them may run on one Redis.
 * @throws an Error that says what to do where the address cannot be used, or the key file or Redis's address is missing
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
  const { host } = config.listen.api;
  const server = await listen(app, { setting: 'listen.api', ...config.listen.api }).catch(
    async (error: unknown) => {
      await limits.close();
      await store.close();
      throw error;
    },
  );
  logger.info({ address: formatHostPort({ host, port: server.port }) }, 'the api listens');
  const stopExpiry = startExpiry(store, logger);
  return {
    port: server.port,
    drain: () => draining.abort(),
    async close(graceMs) {
      stopExpiry();
      await server.close(graceMs);
      await limits.close();
      await store.close();
    },
  };
}
