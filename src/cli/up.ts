import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type ConfigOptions, readUserConfig, withConfigOptions } from './options.ts';

interface UpCommandOptions extends ConfigOptions {
  freePorts?: true;
  json?: true;
}

export function upCommand(): Command {
  return withConfigOptions(new Command('up'))
    .description('start everything on this machine and run it until SIGTERM or Ctrl-C, which drain')
    .option('--free-ports', 'take any free port for everything, so that several run side by side')
    .option(
      '--json',
      'print one line of JSON on standard output once everything runs; all else goes to standard error',
    )
    .addHelpText(
      'after',
      `
Starts Redis (unless the configuration names one), Envoy, authz, ratelimit, api, worker and admin, and prints what runs where, a demo API key
and a curl line. Without ANTHROPIC_API_KEY in the environment a stand-in model answers, and every answer says so.

Examples:
  gatehouse up
  gatehouse up --config my.yaml --set pool.workers=4
  gatehouse up --json --free-ports --data-dir /tmp/second`,
    )
    .action(async (options: UpCommandOptions) => {
      const { runUp } = await import('../up/index.ts');
      process.exitCode = await runUp({
        config: readUserConfig(options),
        freePorts: options.freePorts === true,
        json: options.json === true,
        mainFile: fileURLToPath(new URL('./main.ts', import.meta.url)),
        env: process.env,
        stdout: process.stdout,
        stderr: process.stderr,
      });
    });
}
