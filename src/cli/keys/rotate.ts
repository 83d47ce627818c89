import { Command } from 'commander';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerKeys, durationOption } from './administer.ts';

interface RotateOptions extends ConfigOptions {
  grace: string;
  expires?: string;
  json?: true;
}

export function rotateKeyCommand(): Command {
  return withConfigOptions(new Command('rotate'))
    .description('replace an API key by a new one; both work for a while')
    .argument('<id>', "the key's id, as create and list show it")
    .option('--grace <duration>', 'how long the old key still works; 0s ends it at once', '24h')
    .option(
      '--expires <duration>',
      'how long the new key is good for; without it as long as the old one was given',
    )
    .option('--json', 'print {"id", "key", "replaces", "oldExpiresAt", ...}')
    .addHelpText(
      'after',
      `
The new key has the client, tier and restrictions of the old one, and is shown once. Give it to the client, watch with
'gatehouse keys list' that it is used and the old one is not, and revoke the old one or let it end.

Examples:
  gatehouse keys rotate key_0123456789abcdef
  gatehouse keys rotate key_0123456789abcdef --grace 7d --json`,
    )
    .action(async (id: string, options: RotateOptions) => {
      const rotated = await administerKeys(options, (keys) =>
        keys.rotateKey({
          id,
          graceMs: durationOption('--grace', options.grace),
          expiresInMs:
            options.expires === undefined ? undefined : durationOption('--expires', options.expires),
        }),
      );
      if (options.json) return console.log(JSON.stringify(rotated));
      console.log(rotated.key);
      console.error(
        `Key ${rotated.id} for ${rotated.client} replaces ${id}, which works until ${rotated.oldExpiresAt}. It is not shown again.`,
      );
    });
}
