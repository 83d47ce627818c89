import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createAuditLog } from '../audit/index.ts';
import { type Config, formatHostPort } from '../config/index.ts';
import { openLimitAdministration, openStores } from '../ratelimit/index.ts';
import { logConnection, redisKeys } from '../redis/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createAdmin } from './app.ts';
import { AdminError } from './error.ts';
import { readTokenCheck } from './token.ts';

export interface StartAdminOptions {
  config: Config;
  logger: Logger;
}

export interface RunningAdmin {
  /** Where it listens, also where the configuration asks for any free port. */
  port: number;
  /** Stops accepting, lets requests finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the admin API on listen.admin. It serves while Redis is away, and answers 503 then.
 * @throws AdminError invalid_token_file or cannot_listen
 */
export async function startAdmin({ config, logger }: StartAdminOptions): Promise<RunningAdmin> {
  const hasToken = await readTokenCheck(config.admin.tokenFile);
  const stores = await openStores(config, 'gatehouse-admin');
  const { buckets, control: redis } = stores;
  for (const each of new Set([buckets, redis])) logConnection(each, logger);
  const audit = createAuditLog(redis, redisKeys(config.redis.keyPrefix).audit);
  const limits = openLimitAdministration(stores, config, audit);
  const isReady = async () => (await redis.ping().catch(() => '')) === 'PONG';
  const app = createAdmin({ context: { audit, limits, isReady }, hasToken, logger });
  const port = await listen(app, config.listen.admin).catch((error: unknown) => {
    stores.close();
    throw error;
  });
  logger.info({ address: formatHostPort({ host: config.listen.admin.host, port }) }, 'the admin API listens');
  return {
    port,
    async close(graceMs) {
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(cut);
      stores.close();
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
    throw new AdminError('cannot_listen', `listen.admin: ${formatHostPort(address)} ${why}.`, {
      cause: error,
    });
  }
}
