import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../config/index.ts';
import type { Finding } from '../doctor/index.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

interface DoctorOptions extends ConfigOptions {
  askProviders?: true;
  json?: true;
}

export function doctorCommand(): Command {
  return withConfigOptions(new Command('doctor'))
    .description('look at everything that a deployment needs, and say what to do about what is missing')
    .option(
      '--ask-providers',
      'also see whether model providers can be reached; no key is shown, and it costs nothing',
    )
    .option('--json', 'print an array of {part, state, detail}')
    .addHelpText(
      'after',
      `
Each part is ok; limited (works, with less than it could); optional (not there, and not needed); missing; or wrong (there,
and cannot be used as it is). Exits with 1 where something is missing or wrong. Nothing is changed.`,
    )
    .action(async (options: DoctorOptions) => {
      const findings = await find(options);
      if (options.json) console.log(JSON.stringify(findings));
      else for (const finding of findings) console.log(line(finding));
      const { isGood } = await import('../doctor/index.ts');
      if (!findings.every(isGood)) process.exitCode = 1;
    });
}

async function find(options: DoctorOptions): Promise<Finding[]> {
  try {
    const config = readInstallationConfig(options);
    const { examine } = await import('../doctor/index.ts');
    const surroundings = {
      config,
      env: process.env,
      now: new Date(),
      isRunning: options.config === undefined && existsSync(join(options.dataDir, 'run/gatehouse.yaml')),
      asksProviders: options.askProviders === true,
    };
    const valid: Finding = { part: 'Configuration', state: 'ok', detail: 'valid' };
    return [valid, ...(await examine(surroundings))];
  } catch (error) {
    // The other checks go by it.
    if (error instanceof ConfigError)
      return [{ part: 'Configuration', state: 'wrong', detail: error.message }];
    throw error;
  }
}

function line({ part, state, detail }: Finding): string {
  return `${state.padEnd(8)} ${part.padEnd(20)} ${detail}`;
}
