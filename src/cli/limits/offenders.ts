import { Command } from 'commander';
import type { OffenderList } from '../../ratelimit/index.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administer, type Json, runningConfig } from './options.ts';

const MAX_LIMIT = 500;

export function offendersCommand(): Command {
  return withConfigOptions(new Command('offenders'))
    .description('list whom the limits have refused most in the last hour')
    .option('--limit <number>', 'how many', '20')
    .option('--json', 'print {"offenders", "error", "since"}')
    .action(async (options: ConfigOptions & Json & { limit: string }) => {
      const limit = Number(options.limit);
      if (!/^\d+$/.test(options.limit) || limit < 1 || limit > MAX_LIMIT) {
        throw new Error(`--limit ${options.limit}: expected a whole number from 1 to ${MAX_LIMIT}.`);
      }
      const list = await administer(runningConfig(options), (limits) => limits.offenders(limit));
      if (options.json) return console.log(JSON.stringify(list));
      print(list);
    });
}

function print({ offenders, error, since }: OffenderList): void {
  if (offenders.length === 0) {
    console.error(`Nobody was refused since ${since}.`);
    return;
  }
  console.table(
    offenders.map(({ limit, entries, limited, passed, limitedRatio }) => ({
      limit,
      descriptor: entries.map(({ key, value }) => `${key}=${value}`).join(' '),
      limited,
      passed,
      ratio: `${(limitedRatio * 100).toFixed(1)} %`,
    })),
  );
  console.error(`Since ${since}. Each count of limited requests may be ${error} too low.`);
}
