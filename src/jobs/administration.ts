import { type AuditLog, createAuditLog } from '../audit/index.ts';
import { type Config, redisAddress } from '../config/index.ts';
import { connected, openRedis, redisKeys } from '../redis/index.ts';
import { silentLogger } from '../telemetry/index.ts';
import { JobsError, usingStore } from './error.ts';
import type { JobRecord } from './job.ts';
import { type JobStore, openJobStore } from './store.ts';

/** Every client's jobs, for operators. What an operator ends is in the audit before it happens. */
export interface JobAdministration
  extends Pick<
    JobStore,
    'get' | 'position' | 'list' | 'events' | 'follow' | 'artifacts' | 'depth' | 'newestPlaces'
  > {
  /**
   * See JobStore; undefined where there is no such job.
   * @param actor who does it, such as `cli:root`
   */
  end(jobId: string, how: 'cancel' | 'purge', actor: string): Promise<JobRecord | undefined>;
}

/** Administers jobs over connections that the caller keeps. */
export function openJobAdministration(store: JobStore, audit: AuditLog): JobAdministration {
  return {
    get: store.get,
    position: store.position,
    list: store.list,
    events: store.events,
    follow: store.follow,
    artifacts: store.artifacts,
    depth: store.depth,
    newestPlaces: store.newestPlaces,
    async end(jobId, how, actor) {
      const job = await store.get(jobId);
      if (job === undefined) return undefined;
      const { tenant, client } = job.owner;
      const action = { actor, action: `job.${how}` as const, target: jobId, details: { tenant, client } };
      await usingStore(() => audit.append(action));
      return store[how](jobId);
    },
  };
}

const CONNECTION_MS = 3_000;

/**
 * Opens the jobs of an installation for as long as `use` takes.
 * @throws an Error for people where Redis does not answer
 */
export async function withJobAdministration<T>(
  config: Config,
  use: (jobs: JobAdministration) => Promise<T>,
): Promise<T> {
  const address = await redisAddress(config);
  const redis = openRedis(address, 'gatehouse-jobs-administration');
  redis.on('error', () => {}); // Each command rejects by itself.
  try {
    await connected(redis, CONNECTION_MS);
  } catch (error) {
    redis.disconnect();
    throw new JobsError('store_unavailable', `Redis does not answer: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const audit = createAuditLog(redis, redisKeys(config.redis.keyPrefix).audit);
  const store = await openJobStore({ address, config, logger: silentLogger, now: Date.now });
  try {
    return await use(openJobAdministration(store, audit));
  } finally {
    await store.close();
    redis.disconnect();
  }
}
