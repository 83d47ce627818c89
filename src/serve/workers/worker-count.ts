import type { Config } from '../../config/index.ts';
import { ROLES, type RoleDefinition, type RoleName } from '../roles.ts';

export interface WorkerCountOptions {
  /** All in one process. */
  roles: readonly RoleName[];
  /** What the command says, over the configuration. */
  asked: number | 'cores' | undefined;
  config: Pick<Config, 'serve'>;
  cores: number;
}

/**
 * How many processes are to serve these roles together.
 * @throws an Error for people where that cannot be
 */
export function workerCount({ roles, asked, config, cores }: WorkerCountOptions): number {
  const counts = roles
    .map((role) => ({ role, count: asked ?? configured(role, config) }))
    .map(({ role, count }) => ({
      role,
      count: count === 'cores' ? cores : count,
    }));
  const most = Math.max(...counts.map(({ count }) => count));
  for (const { role, count } of counts) {
    const { workers }: RoleDefinition = ROLES[role];
    if ('alone' in workers && most > 1) {
      throw new Error(
        `${role} has one process: ${workers.alone}. Serve it apart from roles that have several (--workers, serve.workers).`,
      );
    }
    if (count !== most) {
      const each = counts.map((one) => `${one.role} ${one.count}`).join(', ');
      throw new Error(
        `serve.workers has different numbers for roles of one process (${each}). Serve them apart, or say --workers.`,
      );
    }
  }
  return most;
}

function configured(role: RoleName, { serve }: Pick<Config, 'serve'>): number | 'cores' {
  return role in serve.workers ? serve.workers[role as keyof typeof serve.workers] : 1;
}
