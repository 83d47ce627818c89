import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Config } from '../config/index.ts';
import type { TlsFiles } from '../envoy/index.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

export function envoyCommand(): Command {
  const render = withConfigOptions(new Command('render'))
    .description('print the Envoy configuration for this configuration')
    .option(
      '--dir <folder>',
      'write it there instead, with the files beside it that Envoy reads again when they change',
    )
    .action(async ({ dir, ...options }: ConfigOptions & { dir?: string }) => {
      const { renderEnvoy, writeEnvoyFiles } = await import('../envoy/index.ts');
      const { config, tls } = await read(options);
      if (dir === undefined) return void process.stdout.write(await renderEnvoy(config, tls));
      await mkdir(dir, { recursive: true });
      console.log(await writeEnvoyFiles(resolve(dir), config, tls));
    });
  const check = withConfigOptions(new Command('check'))
    .description('have the real Envoy validate the configuration that render prints')
    .option('--json', 'print {"ok", "message"}')
    .action(async (options: ConfigOptions & { json?: true }) => {
      const { checkEnvoy, renderEnvoy } = await import('../envoy/index.ts');
      const { config, tls } = await read(options);
      const verdict = await checkEnvoy(await renderEnvoy(config, tls), config.envoy.path);
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

/** What the operator has none of, that `up` makes below the data folder is named, and made where missing. */
async function read(options: ConfigOptions): Promise<{ config: Config; tls: TlsFiles }> {
  const given = readInstallationConfig(options);
  const { ensureCookieSecret, ensureTlsFiles } = await import('../up/index.ts');
  const { certFile, keyFile } = given.envoy.tls;
  const isGiven = certFile !== undefined && keyFile !== undefined;
  const tls = isGiven ? { certFile, keyFile } : await ensureTlsFiles(join(given.dataDir, 'tls'), new Date());
  const { identity } = given;
  const oidc = identity.oidc && (await ensureCookieSecret(identity.oidc, join(given.dataDir, 'secrets')));
  return { config: { ...given, identity: { ...identity, oidc } }, tls };
}
