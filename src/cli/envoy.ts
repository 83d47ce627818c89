import { Command } from 'commander';
import type { Config } from '../config/index.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

export function envoyCommand(): Command {
  const render = withConfigOptions(new Command('render'))
    .description('print the Envoy configuration for this configuration')
    .action(async (options: ConfigOptions) => {
      const { renderEnvoy } = await import('../envoy/index.ts');
      process.stdout.write(await renderEnvoy(readInstallationConfig(options)));
    });
  const check = withConfigOptions(new Command('check'))
    .description('have the real Envoy validate the configuration that render prints')
    .option('--json', 'print {"valid", "message"}')
    .action(async (options: ConfigOptions & { json?: true }) => {
      const verdict = await validate(readInstallationConfig(options));
      if (options.json) console.log(JSON.stringify(verdict));
      else if (verdict.valid) console.log('Envoy accepts the configuration.');
      else console.error(`Envoy rejects the configuration:\n${verdict.message}`);
      if (!verdict.valid) process.exitCode = 1;
    });
  return new Command('envoy')
    .description("show and check Envoy's configuration")
    .addCommand(render)
    .addCommand(check);
}
