import { Argument, Command } from 'commander';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

export function serveCommand(): Command {
  return withConfigOptions(new Command('serve'))
    .description('run one or more roles in this process, until SIGTERM')
    .addArgument(new Argument('<role...>', 'authz, ratelimit, api, worker or admin; any mix'))
    .addHelpText(
      'after',
      `
In place of envoyproxy/ratelimit, \`serve ratelimit\` reads its environment settings, such as RUNTIME_ROOT, REDIS_URL or
CONFIG_TYPE (see docs/ratelimit-settings.md).`,
    )
    .action(async (roles: string[], options: ConfigOptions) => {
      const environment = await readRatelimitEnvironment(roles);
      const config = readInstallationConfig(options, environment?.ported);
      const { serveRoles } = await import('../serve/index.ts');
      const notices = environment?.disregarded.map(({ name, reason }) => `${name}: ${reason}`);
      await serveRoles(roles, config, notices);
    });
}

/** Under `gatehouse up` the configuration is settled already, and PORT or LOG_LEVEL may be meant for anything else. */
async function readRatelimitEnvironment(roles: readonly string[]) {
  const isUnderUp = process.send !== undefined;
  if (isUnderUp || roles.length !== 1 || roles[0] !== 'ratelimit') return undefined;
  const { ratelimitEnvironment } = await import('../ratelimit/index.ts');
  return ratelimitEnvironment(process.env);
}
