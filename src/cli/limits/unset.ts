import { Command } from 'commander';
import { cliActor } from '../actor.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administer, type Json, runningConfig } from './options.ts';

export function unsetCommand(): Command {
  return withConfigOptions(new Command('unset'))
    .description('take an override away, in every process at once; the rule file holds again')
    .argument('<id>', "the override's id, as set and list show it")
    .option('--json', 'print {"id", "removed"}')
    .action(async (id: string, options: ConfigOptions & Json) => {
      const removed = await administer(runningConfig(options), (limits) =>
        limits.unsetOverride(id, cliActor()),
      );
      if (options.json) console.log(JSON.stringify({ id, removed: removed !== undefined }));
      else if (removed) console.log(`Override ${id} of ${removed.limit} is gone.`);
      if (removed !== undefined) return;
      if (!options.json)
        console.error(`There is no override ${id}: 'gatehouse limits list' shows all of them.`);
      process.exitCode = 1;
    });
}
