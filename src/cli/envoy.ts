import { join } from 'node:path';
import { Command } from 'commander';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

export function envoyCommand(): Command {
  const render = withConfigOptions(new Command('render'))
    .description('print the Envoy configuration for this configuration')
    .action(async (options: ConfigOptions) => {
      process.stdout.write((await rendered(options)).yaml);
    });
  const check = withConfigOptions(new Command('check'))
    .description('have the real Envoy validate the configuration that render prints')
    .option('--json', 'print {"ok", "message"}')
    .action(async (options: ConfigOptions & { json?: true }) => {
      const { checkEnvoy } = await import('../envoy/index.ts');
      const { yaml, envoyPath } = await rendered(options);
      const verdict = await checkEnvoy(yaml, envoyPath);
      if (!verdict.ok) process.exitCode = 1;
      if (options.json) console.log(JSON.stringify(verdict));
      else if (verdict.ok) console.log('Envoy accepts the configuration.');
      else console.error(`Envoy refuses the configuration:\n${verdict.message}`);
    });
  return new Command('envoy')
    .description("show and check Envoy's configuration")
    .addCommand(render)
    .addCommand(check);
}

/** Without certificates of the operator's own, those that `up` makes below the data folder are named, and made where missing. */
async function rendered(options: ConfigOptions): Promise<{ yaml: string; envoyPath: string | undefined }> {
  const config = readInstallationConfig(options);
  const { certFile, keyFile } = config.envoy.tls;
  const { ensureTlsFiles } = await import('../up/index.ts');
  const { renderEnvoy } = await import('../envoy/index.ts');
  const tls =
    certFile !== undefined && keyFile !== undefined
      ? { certFile, keyFile }
      : await ensureTlsFiles(join(config.dataDir, 'tls'), new Date());
  return { yaml: await renderEnvoy(config, tls), envoyPath: config.envoy.path };
}
