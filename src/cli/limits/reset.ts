import { Command } from 'commander';
import { cliActor } from '../actor.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import {
  administer,
  type DomainOption,
  domainOf,
  type Json,
  parseEntries,
  runningConfig,
} from './options.ts';

export function resetCommand(): Command {
  return withConfigOptions(new Command('reset'))
    .description('empty the buckets of a descriptor: nothing counts as used')
    .argument('<entries...>', 'the descriptor: key=value for each of its entries, in their order')
    .option('--domain <name>', 'the domain; may be left out where there is only one')
    .option('--json', 'print an array of its limits, as they were before')
    .action(async (pairs: string[], options: ConfigOptions & DomainOption & Json) => {
      const config = runningConfig(options);
      const descriptor = { domain: await domainOf(config, options), entries: parseEntries(pairs) };
      const limits = await administer(config, (administration) =>
        administration.reset(descriptor, cliActor()),
      );
      if (options.json) return console.log(JSON.stringify(limits));
      for (const { limit, state } of limits)
        console.log(`${limit.name || '(no name)'}: ${state?.used ?? 0} used before, 0 now`);
    });
}
