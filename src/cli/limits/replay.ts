import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { ROOT } from '../../toolchain/index.ts';
import { readInstallationConfig } from '../options.ts';
import type { Json } from './options.ts';
import { replayText } from './replay-text.ts';

interface ReplayOptions {
  traffic: string[];
  config: string[];
  against?: string[];
  dataDir: string;
  top: string;
}

/** As many bad lines are named; all are counted. */
const MAX_NAMED = 10;
const PROGRESS_EVERY_MS = 2_000;

export function replayCommand(): Command {
  return new Command('replay')
    .description('say who would have been limited under other rules, from recorded traffic')
    .requiredOption(
      '--traffic <files...>',
      'recordings, as ratelimit.record writes them; of several processes together',
    )
    .requiredOption('--config <files...>', 'the new rule files, or folders of them')
    .option('--against <files...>', "the rule files to compare with; without it the installation's own")
    .option('--top <number>', 'how many consumers are listed', '10')
    .option('--data-dir <folder>', 'where the installation keeps its state', join(ROOT, '.gatehouse'))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Counts on the clock of the recording and in this process alone: Redis is not asked, and overrides are no part of it.
Rule files are read as the installation reads them: by its ratelimit.denied and ratelimit.mergeDomains.
To record, set ratelimit.record.file in the configuration; docs/limits.md has the form of a line.

Example:
  gatehouse limits replay --traffic traffic.jsonl --config new-rules.yaml`,
    )
    .action(async (options: ReplayOptions & Json) => {
      const top = Number(options.top);
      if (!/^\d+$/.test(options.top) || top > 1_000) {
        throw new Error(`--top ${options.top}: expected a whole number up to 1000.`);
      }
      const { installedRuleFiles, replayFiles } = await import('../../ratelimit/index.ts');
      const { ratelimit } = readInstallationConfig({ dataDir: options.dataDir, set: [] });
      const against = options.against?.map((file) => resolve(file));
      const installed = installedRuleFiles(against ? { ...ratelimit, source: 'files' } : ratelimit);
      let badLines = 0;
      let toldAt = performance.now();
      const result = await replayFiles({
        traffic: options.traffic.map((file) => resolve(file)),
        before: against ?? installed.paths,
        after: options.config.map((file) => resolve(file)),
        rules: installed.options,
        topConsumers: top,
        onBadLine({ file, line, reason }) {
          badLines += 1;
          if (badLines <= MAX_NAMED) console.error(`${file}:${line}: ${reason}; left out`);
        },
        onProgress(progress, requests) {
          if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
          toldAt = performance.now();
          console.error(`${Math.floor(progress * 100)} %, ${requests} requests`);
        },
      });
      if (badLines > MAX_NAMED) console.error(`Lines left out in all: ${badLines}.`);
      if (result.requests === 0) throw new Error('the recording has no request that could be read.');
      console.log(options.json ? JSON.stringify({ ...result, badLines }) : replayText(result));
    });
}
