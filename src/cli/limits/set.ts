import { Command } from 'commander';
import { parseDurationMs } from '../../config/index.ts';
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

interface SetOptions {
  requests?: string;
  unlimited?: true;
  burst?: string;
  expires?: string;
  reason?: string;
}

export function setCommand(): Command {
  return withConfigOptions(new Command('set'))
    .description("set a limit's figure for some descriptors, in every process at once")
    .argument('<limit>', "the limit's name in the rule file, such as pro-submit-minute")
    .argument(
      '[entries...]',
      'key=value that a descriptor must have; without any it is every one that meets the limit',
    )
    .option('--requests <number>', "the figure in place of the rule file's; 0 refuses everything")
    .option('--unlimited', 'no limit')
    .option('--burst <number>', 'of a token bucket: the most tokens that are kept')
    .option('--expires <duration>', 'how long it holds, such as 24h; without it for ever')
    .option('--reason <text>', 'why, for whoever finds it later')
    .option('--domain <name>', 'the domain; may be left out where there is only one')
    .option('--json', 'print {"override", "replaced"}')
    .addHelpText(
      'after',
      `
The window and what has been counted stay. Of several that fit a descriptor the one with the most entries holds.

Examples:
  gatehouse limits set pro-submit-minute tenant=acme --requests 120
  gatehouse limits set pro-submit-minute tenant=acme client=service-a --requests 0 --expires 1h --reason 'runs wild'`,
    )
    .action(
      async (limit: string, pairs: string[], options: ConfigOptions & DomainOption & Json & SetOptions) => {
        const config = runningConfig(options);
        const request = {
          domain: await domainOf(config, options),
          limit,
          entries: Object.fromEntries(parseEntries(pairs).map(({ key, value }) => [key, value])),
          requests: figure(options),
          ...(options.burst !== undefined && { burst: wholeNumber('--burst', options.burst, 1) }),
          ...(options.reason !== undefined && { reason: options.reason }),
          ...(options.expires !== undefined && { expiresInMs: expiry(options.expires) }),
        };
        const { override, replaced } = await administer(config, (limits) =>
          limits.setOverride(request, cliActor()),
        );
        if (options.json) return console.log(JSON.stringify({ override, replaced: replaced ?? null }));
        const was = replaced === undefined ? '' : ` (was ${replaced.requests})`;
        const who = pairs.length === 0 ? 'every descriptor' : pairs.join(' ');
        console.log(`${limit} is ${override.requests}${was} for ${who}: override ${override.id}.`);
      },
    );
}

function figure({ requests, unlimited }: SetOptions): number | 'unlimited' {
  if ((requests === undefined) === (unlimited === undefined)) {
    throw new Error('expected either --requests NUMBER or --unlimited.');
  }
  return requests === undefined ? 'unlimited' : wholeNumber('--requests', requests, 0);
}

function wholeNumber(option: string, text: string, min: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number < 2 ** 32) return number;
  throw new Error(`${option} ${text}: expected a whole number from ${min}.`);
}

function expiry(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new Error(`--expires ${text}: expected a duration such as 12h or 30d.`);
  return ms;
}
