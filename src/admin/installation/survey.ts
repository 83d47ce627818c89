import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, formatHostPort, type HostPort } from '../../config/index.ts';
import { FetchError, type Fetcher } from '../../http/index.ts';
import type { Redis } from '../../redis/index.ts';
import { ROOT } from '../../toolchain/index.ts';
import type { Collector, Told } from '../collect/collector.ts';
import { startOf } from '../collect/reading.ts';
import type { EnvoyHost, Health, PartHealth, PartState } from '../contract.ts';
import { type MetricsSource, onThisMachine } from '../metrics/sources.ts';
import { readEnvoyHosts } from './envoy-hosts.ts';
import { readRedisInfo } from './redis-info.ts';

export interface SurveyOptions {
  config: Pick<Config, 'listen'>;
  sources: readonly MetricsSource[];
  collector: Pick<Collector, 'latest' | 'told' | 'redis'>;
  fetcher: Fetcher;
  redis: Redis;
}

/** Asks every part how it is. Never rejects: what does not answer in time is said not to. */
export type Survey = () => Promise<Health>;

const TIMEOUT_MS = 1_500;
/** Of a hundred hosts in each of a hundred clusters. */
const MAX_CLUSTERS_BYTES = 4 * 2 ** 20;
/** Envoy tells its whole command line, and what it was built with. */
const MAX_BYTES = 2 ** 20;
const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

/** While one survey goes on, who asks gets the same. */
export function createSurvey(options: SurveyOptions): Survey {
  let running: Promise<Health> | undefined;
  return () => {
    running ??= survey(options).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function survey({ config, sources, collector, fetcher, redis }: SurveyOptions): Promise<Health> {
  const admin = `http://${formatHostPort(onThisMachine(config.listen.envoyAdmin))}`;
  const [{ overview }, roles, envoyVersion, envoyHosts, redisHealth] = await Promise.all([
    collector.latest(),
    Promise.all(sources.map((source) => partOf(source, fetcher, collector))),
    readEnvoyVersion(fetcher, admin),
    readHosts(fetcher, admin),
    readRedis(redis, collector),
  ]);
  const parts: PartHealth[] = [
    ...roles.map((part) => (part.part === 'envoy' ? { ...part, version: envoyVersion } : part)),
    ownPart(config.listen.admin),
    redisPart(redisHealth),
  ];
  return {
    at: new Date().toISOString(),
    parts,
    envoyHosts,
    redis: redisHealth ?? null,
    providers: overview.providers,
    workers: collector.redis()?.queue.workers ?? null,
    versions: {
      ...{ gatehouse: VERSION, node: process.version },
      ...{ envoy: envoyVersion, redis: redisHealth?.version ?? null },
    },
    sources: overview.sources,
  };
}

async function partOf(
  { role, instance }: MetricsSource,
  fetcher: Fetcher,
  collector: Pick<Collector, 'told'>,
): Promise<PartHealth> {
  const path = role === 'envoy' ? '/stats/prometheus?filter=^server[.]live$' : '/ready';
  const { state, reason } = await readiness(fetcher, `http://${instance}${path}`);
  const told = collector.told(role).find(({ source }) => source.instance === instance);
  return { part: role, address: instance, state, reason, version: null, ...figures(told) };
}

function figures(told: Told | undefined): Pick<PartHealth, 'startedAt' | 'memoryBytes' | 'eventLoopLagMs'> {
  const families = told?.families;
  const startedAtMs = families && startOf(families, Date.now());
  const lagS = families?.max('nodejs_eventloop_lag_p99_seconds');
  const memory =
    families?.max('process_resident_memory_bytes') ?? families?.max('envoy_server_memory_allocated');
  return {
    startedAt: startedAtMs === undefined ? null : new Date(startedAtMs).toISOString(),
    memoryBytes: memory ?? null,
    eventLoopLagMs: lagS === undefined ? null : lagS * 1000,
  };
}

async function readiness(
  fetcher: Fetcher,
  url: string,
): Promise<{ state: PartState; reason: string | null }> {
  try {
    await fetcher.fetch({ url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
    return { state: 'ok', reason: null };
  } catch (error) {
    if (error instanceof FetchError && error.status === 503) {
      return { state: 'degraded', reason: 'it answers, and says that it is not ready' };
    }
    return { state: 'down', reason: (error as Error).message };
  }
}

async function readEnvoyVersion(fetcher: Fetcher, admin: string): Promise<string | null> {
  try {
    const body = await fetcher.fetch({
      url: `${admin}/server_info`,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    });
    const { version } = JSON.parse(body.toString('utf8')) as { version?: unknown };
    // `<commit>/1.40.0/Clean/RELEASE/BoringSSL`
    return typeof version === 'string' ? (version.split('/')[1] ?? version) : null;
  } catch {
    return null;
  }
}

async function readHosts(fetcher: Fetcher, admin: string): Promise<EnvoyHost[] | null> {
  try {
    const url = `${admin}/clusters?format=json`;
    const body = await fetcher.fetch({ url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_CLUSTERS_BYTES });
    return readEnvoyHosts(body.toString('utf8'));
  } catch {
    return null;
  }
}

async function readRedis(redis: Redis, collector: Pick<Collector, 'redis'>) {
  try {
    return readRedisInfo(await redis.info(), collector.redis()?.latencyMs ?? 0);
  } catch {
    return undefined;
  }
}

function ownPart(address: HostPort): PartHealth {
  return {
    ...{ part: 'admin', address: formatHostPort(address), state: 'ok', reason: null, version: VERSION },
    startedAt: new Date(performance.timeOrigin).toISOString(),
    memoryBytes: process.memoryUsage.rss(),
    eventLoopLagMs: null,
  };
}

function redisPart(health: Health['redis'] | undefined): PartHealth {
  const isThere = health !== undefined && health !== null;
  return {
    ...{ part: 'redis', address: '', state: isThere ? 'ok' : 'down' },
    reason: isThere ? null : 'Redis does not answer',
    ...{ version: health?.version ?? null, startedAt: null },
    ...{ memoryBytes: health?.usedBytes ?? null, eventLoopLagMs: null },
  };
}
