import { Command } from 'commander';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { limitLines } from './explanation-text.ts';
import {
  administer,
  type DomainOption,
  domainOf,
  type Json,
  parseEntries,
  runningConfig,
} from './options.ts';

export function peekCommand(): Command {
  return withConfigOptions(new Command('peek'))
    .description('say what is counted for a descriptor; charges nothing')
    .argument('<entries...>', 'the descriptor: key=value for each of its entries, in their order')
    .option('--domain <name>', 'the domain; may be left out where there is only one')
    .option('--json', 'print an array of its limits')
    .action(async (pairs: string[], options: ConfigOptions & DomainOption & Json) => {
      const config = runningConfig(options);
      const descriptor = { domain: await domainOf(config, options), entries: parseEntries(pairs) };
      const limits = await administer(config, (administration) => administration.peek(descriptor));
      if (options.json) return console.log(JSON.stringify(limits));
      for (const limit of limits) console.log((await limitLines(limit)).join('\n'));
    });
}
