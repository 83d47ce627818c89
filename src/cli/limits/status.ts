import { Command } from 'commander';
import type { RulesReport } from '../../ratelimit/index.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administer, type Json, runningConfig } from './options.ts';
import { statusText } from './status-text.ts';

export function statusCommand(): Command {
  return withConfigOptions(new Command('status'))
    .description('show which rules each running process has, and why it refused newer ones')
    .option('--json', 'print {"ok", "processes"}')
    .addHelpText(
      'after',
      '\nExits with 0 where every process has the newest rules in force, with 1 where one has not or none runs.',
    )
    .action(async (options: ConfigOptions & Json) => {
      const { processes } = await administer(runningConfig(options), (limits) => limits.status());
      const ok = processes.length > 0 && processes.every(hasNewest);
      if (!ok) process.exitCode = 1;
      if (options.json) return console.log(JSON.stringify({ ok, processes }));
      if (processes.length === 0) {
        return console.error(
          'No process has told of its rules in the last 35 s: the rate limit service does not run, or cannot reach Redis.',
        );
      }
      for (const report of processes) console.log(statusText(report));
    });
}

function hasNewest({ loadedAt, refused }: RulesReport): boolean {
  return loadedAt !== undefined && refused === undefined;
}
