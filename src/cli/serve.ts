import { Argument, Command, InvalidArgumentError } from 'commander';
import { MAX_WORKERS } from '../config/index.ts';
import type { ServeOptions } from '../serve/index.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

export function serveCommand(): Command {
  return withConfigOptions(new Command('serve'))
    .description('run one or more roles, until SIGTERM')
    .addArgument(new Argument('<role...>', 'authz, ratelimit, api, worker or admin; any mix'))
    .option(
      '--workers <n>',
      'processes that share the work of authz, ratelimit and api; cores: one for each core (over serve.workers)',
      readWorkers,
    )
    .addHelpText(
      'after',
      `
With several workers this process only starts them and hands them connections, one after the other; metrics and readiness
are those of all of them together. worker and admin have one process each (pool.workers says how many prompts run at once).

In place of envoyproxy/ratelimit, \`serve ratelimit\` reads its environment settings, such as RUNTIME_ROOT, REDIS_URL or
CONFIG_TYPE (see docs/ratelimit-settings.md).`,
    )
    .action(async (roles: string[], options: ConfigOptions & Pick<ServeOptions, 'workers'>) => {
      const environment = await readRatelimitEnvironment(roles);
      const config = readInstallationConfig(options, environment?.ported);
      const { CannotStart, serveRoles } = await import('../serve/index.ts');
      const notices = environment?.disregarded.map(({ name, reason }) => `${name}: ${reason}`);
      try {
        await serveRoles(roles, config, { notices, workers: options.workers });
      } catch (error) {
        if (!(error instanceof CannotStart)) throw error;
        process.exitCode = 1;
      }
    });
}

function readWorkers(text: string): number | 'cores' {
  if (text === 'cores') return text;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_WORKERS) return count;
  throw new InvalidArgumentError(`expected a number from 1 to ${MAX_WORKERS}, or cores.`);
}

/** Under `gatehouse up` the configuration is settled already, and PORT or LOG_LEVEL may be meant for anything else. */
async function readRatelimitEnvironment(roles: readonly string[]) {
  const isUnderUp = process.send !== undefined;
  if (isUnderUp || roles.length !== 1 || roles[0] !== 'ratelimit') return undefined;
  const { ratelimitEnvironment } = await import('../ratelimit/index.ts');
  return ratelimitEnvironment(process.env);
}
