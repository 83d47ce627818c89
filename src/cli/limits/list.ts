import { Command } from 'commander';
import type { ListedOverride } from '../../ratelimit/index.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administer, type Json, runningConfig } from './options.ts';

export function listCommand(): Command {
  return withConfigOptions(new Command('list'))
    .description('list the overrides in force')
    .option('--json', 'print an array')
    .action(async (options: ConfigOptions & Json) => {
      const overrides = await administer(runningConfig(options), (limits) => limits.listOverrides());
      if (options.json) return console.log(JSON.stringify(overrides));
      if (overrides.length === 0) {
        return console.error("There are no overrides: 'gatehouse limits set --help' says how to make one.");
      }
      console.table(Object.fromEntries(overrides.map(row)));
    });
}

function row({
  id,
  domain,
  limit,
  entries,
  requests,
  expiresAt,
  setBy,
  reason,
}: ListedOverride): [string, object] {
  const named = Object.entries(entries).map(([key, value]) => `${key}=${value}`);
  return [
    id,
    {
      domain,
      limit,
      entries: named.join(' '),
      requests,
      expires: expiresAt ?? 'never',
      setBy,
      reason: reason ?? '',
    },
  ];
}
