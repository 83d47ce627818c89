import { availableParallelism } from 'node:os';
import type { Config } from '../config/index.ts';
import { openLog } from './open-log.ts';
import { parseRoles } from './roles.ts';
import { serveHere } from './serve-here.ts';
import { serveWithWorkers } from './serve-with-workers.ts';
import { workerCount } from './workers/worker-count.ts';

export interface ServeOptions {
  /** What operators should know of the configuration, told in the log. */
  notices?: readonly string[] | undefined;
  /** Processes that share the work, over serve.workers; cores: one for each core. */
  workers?: number | 'cores' | undefined;
}

/**
 * Runs roles until SIGTERM or SIGINT, then lets them finish and returns. Under `gatehouse up` it says over the channel
 * when it is ready or why it is not, and ends when the channel closes.
 * @param names authz, ratelimit, api, worker, admin; any mix
 * @throws an Error for people when a name is unknown or a role cannot have several workers, CannotStart when one cannot
 * start; nothing runs then
 */
export async function serveRoles(
  names: readonly string[],
  config: Config,
  { notices = [], workers }: ServeOptions = {},
): Promise<void> {
  const roles = parseRoles(names);
  const count = workerCount({ roles, asked: workers, config, cores: availableParallelism() });
  const { logger, close } = openLog(roles, config);
  for (const reason of notices)
    logger.warn({ code: 'setting_without_effect', reason }, 'a setting has no effect');
  try {
    await (count > 1
      ? serveWithWorkers(roles, config, { count, logger })
      : serveHere(roles, config, { logger }));
  } finally {
    close();
  }
}
