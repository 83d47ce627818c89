import { Command } from 'commander';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from '../options.ts';
import { explanationText } from './explanation-text.ts';
import { type DomainOption, domainOf, type Json, parseEntries, parseHits } from './options.ts';

export function explainCommand(): Command {
  return withConfigOptions(new Command('explain'))
    .description(
      'say which rule a descriptor meets and why, what is counted, and what its next request would get',
    )
    .argument('<entries...>', 'the descriptor: key=value for each of its entries, in their order')
    .option('--domain <name>', 'the domain; may be left out where there is only one')
    .option('--hits <number>', 'hits of the next request', '1')
    .option('--json', 'print the explanation as JSON')
    .addHelpText(
      'after',
      `
Reads the rule files and the running installation's Redis, and charges nothing. Without Redis it explains the matching.

Example:
  gatehouse limits explain calls=submit tier=pro tenant=default client=service-a`,
    )
    .action(async (pairs: string[], options: ConfigOptions & DomainOption & Json & { hits: string }) => {
      const config = readInstallationConfig(options);
      const entries = parseEntries(pairs);
      const hits = parseHits(options.hits);
      const domain = await domainOf(config, options);
      const { explainInstallation } = await import('../../ratelimit/index.ts');
      const { explanation, withoutStore } = await explainInstallation(config, { domain, entries }, hits);
      if (withoutStore !== undefined) console.error(`Only the matching is explained: ${withoutStore}`);
      console.log(options.json ? JSON.stringify(explanation) : await explanationText(explanation));
    });
}
