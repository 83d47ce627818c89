import { Argument, Command } from 'commander';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

export function serveCommand(): Command {
  return withConfigOptions(new Command('serve'))
    .description('run one or more roles in this process, until SIGTERM')
    .addArgument(new Argument('<role...>', 'authz, ratelimit, api, worker or admin; any mix'))
    .action(async (roles: string[], options: ConfigOptions) => {
      const { serveRoles } = await import('../serve/index.ts');
      await serveRoles(roles, readInstallationConfig(options));
    });
}
