import type { Config } from '../config/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { CannotStart } from './cannot-start.ts';
import { parentChannel } from './parent-channel.ts';
import { ROLES, type RoleDefinition, type RoleName } from './roles.ts';
import { ORPHAN_GRACE_MS, untilStopped } from './stop.ts';
import { settleFreePorts } from './workers/settle-free-ports.ts';
import { createWorkerGroup } from './workers/worker-group.ts';

/** What a worker may take beyond the grace of its roles, to write its last lines and end. */
const EXIT_MS = 2_000;

/**
 * As serveHere, with several processes that serve the same roles at the same addresses; this one only starts them, hands
 * them connections, and starts another where one ends.
 * @throws CannotStart when one cannot start; the others are ended by then
 */
export async function serveWithWorkers(
  roles: readonly RoleName[],
  config: Config,
  { count, logger }: { count: number; logger: Logger },
): Promise<void> {
  const parent = parentChannel(process);
  const stop = untilStopped(parent);
  const job = { roles, config: await settleFreePorts(config, roles) };
  const group = await createWorkerGroup({ job, count, logger });
  try {
    await group.start();
  } catch (error) {
    await parent?.send({ type: 'failed', message: (error as Error).message });
    parent?.close();
    // The worker that cannot start has logged why.
    throw new CannotStart(error);
  }
  logger.info({ pid: process.pid, count }, 'all worker processes serve');
  parent?.onDraining(() => group.tell({ type: 'draining' }));
  await parent?.send({ type: 'ready' });

  const reason = await stop;
  logger.info({ reason }, 'stopping');
  if (reason === 'orphaned') setTimeout(() => process.exit(1), 2 * ORPHAN_GRACE_MS).unref();
  await group.stop(reason === 'orphaned' ? ORPHAN_GRACE_MS : graceMs(roles, config) + EXIT_MS);
  logger.info({}, 'stopped');
  parent?.close();
}

/** Roles end one after the other. */
function graceMs(roles: readonly RoleName[], config: Config): number {
  return roles.reduce((sum, role) => {
    const definition: RoleDefinition = ROLES[role];
    return sum + definition.graceMs(config);
  }, 0);
}
