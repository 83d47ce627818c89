import type { Config } from '../config/index.ts';
import { createLogger, type Logger } from '../telemetry/index.ts';
import { type ParentChannel, parentChannel } from './parent-channel.ts';
import { parseRoles, ROLES, type RoleDefinition, type RoleName, type RunningRole } from './roles.ts';

/** When the process that started us is gone there is nobody left whose work could be finished. */
const ORPHAN_GRACE_MS = 1_000;

/**
 * Runs roles in this process until SIGTERM or SIGINT, then lets them finish and returns. Under `gatehouse up` it
 * says over the channel when it is ready or why it is not, and ends when the channel closes.
 * @param names authz, ratelimit, api, worker, admin; any mix
 * @param notices what operators should know of the configuration, told in the log
 * @throws an Error for people when a name is unknown or a role cannot start; the others are closed by then
 */
export async function serveRoles(
  names: readonly string[],
  config: Config,
  notices: readonly string[] = [],
): Promise<void> {
  const roles = parseRoles(names);
  const parent = parentChannel(process);
  const stop = untilStopped(parent);
  const logger = createLogger(roles.join('+'), config.telemetry.logLevel);
  for (const reason of notices)
    logger.warn({ code: 'setting_without_effect', reason }, 'a setting has no effect');
  let running: Map<RoleName, RunningRole>;
  try {
    running = await startAll(roles, config, logger);
  } catch (error) {
    await parent?.send({ type: 'failed', message: (error as Error).message });
    parent?.close();
    throw error;
  }
  logger.info({ pid: process.pid }, 'ready');
  parent?.onDraining(() => {
    for (const role of running.values()) role.drain?.();
  });
  const { model, sandbox } = running.get('worker') ?? {};
  await parent?.send({ type: 'ready', ...(model && { model }), ...(sandbox && { sandbox }) });

  const reason = await stop;
  logger.info({ reason }, 'stopping');
  if (reason === 'orphaned') setTimeout(() => process.exit(1), 2 * ORPHAN_GRACE_MS).unref();
  for (const role of roles) {
    const definition: RoleDefinition = ROLES[role];
    await running.get(role)?.close(reason === 'orphaned' ? ORPHAN_GRACE_MS : definition.graceMs(config));
  }
  logger.info({}, 'stopped');
  parent?.close();
}

/** @throws the first error, each one logged with its stack; whatever did start is closed then */
async function startAll(
  roles: readonly RoleName[],
  config: Config,
  logger: Logger,
): Promise<Map<RoleName, RunningRole>> {
  const started = await Promise.allSettled(
    roles.map(async (role) => {
      const definition: RoleDefinition = ROLES[role];
      const own = roles.length === 1 ? logger : createLogger(role, config.telemetry.logLevel);
      try {
        return [role, await definition.start({ config, logger: own })] as const;
      } catch (err) {
        own.error({ err }, 'cannot start');
        throw err;
      }
    }),
  );
  const running = started.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  const failed = started.find((result) => result.status === 'rejected');
  if (failed === undefined) return new Map(running);
  await Promise.all(running.map(([, role]) => role.close(0)));
  throw failed.reason;
}

type StopReason = 'SIGTERM' | 'SIGINT' | 'orphaned';

/** A second signal has its usual effect: the process ends at once. */
function untilStopped(parent: ParentChannel | undefined): Promise<StopReason> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    parent?.onClosed(() => resolve('orphaned'));
  });
}
