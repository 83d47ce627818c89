import { Command } from 'commander';
import { type ConfigOptions, readUserConfig, withConfigOptions } from './options.ts';

export function configCommand(): Command {
  const check = withConfigOptions(new Command('check'))
    .description(
      'check a configuration, and the inspection rules, skills and local repositories that it names; every mistake is named with its place',
    )
    .option('--json', 'print the whole configuration, defaults included, as JSON')
    .action(async (options: ConfigOptions & { json?: true }) => {
      const config = readUserConfig(options);
      const { loadRuleBook } = await import('../inspect/index.ts');
      await loadRuleBook(config.inspection);
      const { checkSkills } = await import('../skills/index.ts');
      await checkSkills(config);
      const { checkWorkspaces } = await import('../workspaces/index.ts');
      await checkWorkspaces(config, process.env);
      console.log(options.json ? JSON.stringify(config, null, 2) : 'The configuration is valid.');
    });
  return new Command('config').description('check the configuration').addCommand(check);
}
