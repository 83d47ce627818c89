import { randomBytes } from 'node:crypto';
import { createAuditLog } from '../audit/index.ts';
import { openFindings } from '../authz/index.ts';
import { allRoutes, type Config, controlAddress, formatHostPort, traceUrl } from '../config/index.ts';
import { createFetcher, type ListeningServer, listen } from '../http/index.ts';
import { openJobAdministration, openJobStore } from '../jobs/index.ts';
import { openLogLevelAdministration } from '../log-levels/index.ts';
import { readSpending } from '../model/index.ts';
import { builtPages } from '../pages/index.ts';
import { openLimitAdministration, openStores } from '../ratelimit/index.ts';
import { logConnection, redisKeys } from '../redis/index.ts';
import { createMetrics, type Logger } from '../telemetry/index.ts';
import { createAdmin } from './app.ts';
import { budgetState } from './collect/redis-reading.ts';
import { createTextInspector } from './inspection/try/text-inspector.ts';
import { createSurvey } from './installation/survey.ts';
import { createJobListeners } from './jobs/live/listeners.ts';
import { createJobTraceReader } from './jobs/trace/read-job-trace.ts';
import { openKeyAccess } from './keys/open.ts';
import { openLive } from './live/open.ts';
import { createInstallationMetrics } from './metrics/read-all.ts';
import { metricsSources } from './metrics/sources.ts';
import { createSignInRecord } from './record-sign-in.ts';
import { checkBrowserRequest } from './sign-in/browser-request.ts';
import { createEntrance, type Entrance } from './sign-in/entrance.ts';
import { createSessions } from './sign-in/sessions.ts';
import { readTokens } from './sign-in/tokens.ts';

export interface StartAdminOptions {
  config: Config;
  logger: Logger;
}

/** A second scraper may come while the first is answered. */
const CONNECTIONS_TO_A_SOURCE = 2;

/**
 * Starts the admin API on listen.admin. It serves while Redis is away, and answers 503 then where it needs it.
 * @throws AdminError invalid_token_file; an Error for people where the address cannot be used
 */
export async function startAdmin({ config, logger }: StartAdminOptions): Promise<ListeningServer> {
  const entrance = await openEntrance(config, logger);
  const address = await controlAddress(config);
  const stores = await openStores(config, 'gatehouse-admin');
  const { buckets, control: redis } = stores;
  for (const each of new Set([buckets, redis])) logConnection(each, logger);
  const keys = redisKeys(config.redis.keyPrefix);
  const audit = createAuditLog(redis, keys.audit);
  const store = await openJobStore({ address, config, logger, now: Date.now });
  const jobs = openJobAdministration(store, audit);
  const fetcher = createFetcher({ maxConnections: CONNECTIONS_TO_A_SOURCE });
  const ownMetrics = await createMetrics();
  const sources = metricsSources(config);
  const live = openLive({ config, redis, keys, jobs, fetcher, sources, logger });
  const textInspector = createTextInspector(config);
  const closing = new AbortController();
  const app = createAdmin({
    context: {
      entrance,
      recordSignIn: createSignInRecord(audit, logger),
      audit,
      limits: openLimitAdministration(stores, config, audit),
      logLevels: openLogLevelAdministration(redis, config),
      metrics: createInstallationMetrics({
        ...{ sources, fetcher },
        own: () => ownMetrics.registry.getMetricsAsJSON(),
        now: () => performance.now(),
      }),
      ...live.parts,
      jobs,
      jobListeners: createJobListeners(),
      keys: await openKeyAccess(config, redis),
      judgedBy: config.admin.prometheusUrl === undefined ? 'gatehouse' : 'prometheus',
      findings: openFindings(redis, keys),
      survey: createSurvey({ config, sources, collector: live.parts.collector, fetcher, redis }),
      textInspector,
      choices: {
        tiers: Object.keys(config.tiers),
        routes: allRoutes(config.routes).map(({ name }) => name),
      },
      spendingOf: async (spender) => {
        const spending = await readSpending({ redis, keys, budgets: config.budgets }, [spender], Date.now());
        return spending.map(budgetState);
      },
      traceUrl: (traceId) => traceUrl(config.telemetry.traces, traceId),
      readJobTrace: createJobTraceReader(fetcher, config.telemetry.traces.queryUrl),
      isReady: async () => (await redis.ping().catch(() => '')) === 'PONG',
    },
    closing: closing.signal,
    trustedHops: config.admin.trustedHops,
    logger,
    dashboard: builtPages('operator'),
  });
  const closeParts = async () => {
    await live.close();
    await textInspector.close();
    await fetcher.close();
    await store.close();
    stores.close();
  };
  const { host } = config.listen.admin;
  const server = await listen(app, { setting: 'listen.admin', ...config.listen.admin }).catch(
    async (error: unknown) => {
      await closeParts();
      throw error;
    },
  );
  logger.info({ address: formatHostPort({ host, port: server.port }) }, 'the admin API listens');
  return {
    port: server.port,
    async close(graceMs) {
      closing.abort();
      await server.close(graceMs);
      await closeParts();
    },
  };
}

async function openEntrance({ admin, listen }: Config, logger: Logger): Promise<Entrance> {
  return createEntrance({
    findToken: await readTokens(admin),
    sessions: createSessions({ lifetimeMs: admin.sessionLifetime.ms, randomBytes, now: Date.now }),
    checkBrowser: checkBrowserRequest(listen.admin.host, admin.hosts),
    logger,
    now: () => performance.now(),
  });
}
