import { flushCompileCache } from 'node:module';
import { loadDigest } from '../audit/index.ts';
import type { Config } from '../config/index.ts';
import type { Logger, Siblings } from '../telemetry/index.ts';
import { CannotStart } from './cannot-start.ts';
import { trimMemory } from './memory.ts';
import { parentChannel } from './parent-channel.ts';
import { recordLoads } from './record-loads.ts';
import { ROLES, type RoleDefinition, type RoleName, type RunningRole, type StartOptions } from './roles.ts';
import { ORPHAN_GRACE_MS, untilStopped } from './stop.ts';

/**
 * Runs roles in this very process until SIGTERM or SIGINT, then lets them finish and returns. To the process that started
 * it, if that one listens, it says over the channel when it is ready or why it is not; it ends when the channel closes.
 * @throws CannotStart when a role cannot start; the others are closed by then
 */
export async function serveHere(
  roles: readonly RoleName[],
  config: Config,
  { logger, siblings }: { logger: Logger; siblings?: Siblings },
): Promise<void> {
  const parent = parentChannel(process);
  const stop = untilStopped(parent);
  const loads = recordLoads(roles, config);
  let running: Map<RoleName, RunningRole>;
  try {
    running = await startAll(roles, { config, logger, siblings, recordLoad: loads.record });
  } catch (error) {
    loads.close();
    await parent?.send({ type: 'failed', message: (error as Error).message });
    parent?.close();
    throw error;
  }
  // Else only a process that ends in peace leaves what it compiled, and the next one loads the compiler (9 MB) again.
  flushCompileCache();
  trimMemory();
  logger.info({ pid: process.pid }, 'ready');
  loads.record({ action: 'config.load', target: 'configuration', digest: loadDigest(config) });
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
  loads.close();
  logger.info({}, 'stopped');
  parent?.close();
}

/** @throws CannotStart with the first error, each one logged with its stack; whatever did start is closed then */
async function startAll(
  roles: readonly RoleName[],
  options: StartOptions,
): Promise<Map<RoleName, RunningRole>> {
  const started = await Promise.allSettled(
    roles.map(async (role) => {
      const definition: RoleDefinition = ROLES[role];
      const own = options.logger.child({ role }).of(definition.component);
      try {
        return [role, await definition.start({ ...options, logger: own })] as const;
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
  throw new CannotStart(failed.reason);
}
