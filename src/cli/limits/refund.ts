import { Command } from 'commander';
import { cliActor } from '../actor.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import {
  administer,
  type DomainOption,
  domainOf,
  type Json,
  parseEntries,
  parseHits,
  runningConfig,
} from './options.ts';

export function refundCommand(): Command {
  return withConfigOptions(new Command('refund'))
    .description('give hits back to the buckets of a descriptor')
    .argument('<entries...>', 'the descriptor: key=value for each of its entries, in their order')
    .requiredOption('--hits <number>', 'how many; never more than were used')
    .option('--domain <name>', 'the domain; may be left out where there is only one')
    .option('--json', 'print an array of its limits, as they are then')
    .action(async (pairs: string[], options: ConfigOptions & DomainOption & Json & { hits: string }) => {
      const config = runningConfig(options);
      const hits = parseHits(options.hits);
      const descriptor = { domain: await domainOf(config, options), entries: parseEntries(pairs) };
      const limits = await administer(config, (administration) =>
        administration.refund(descriptor, hits, cliActor()),
      );
      if (options.json) return console.log(JSON.stringify(limits));
      for (const { limit, state } of limits) {
        console.log(`${limit.name || '(no name)'}: ${state?.used ?? 0} used, ${state?.remaining ?? 0} left`);
      }
    });
}
