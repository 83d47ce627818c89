import { Command } from 'commander';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerKeys } from './administer.ts';

export function revokeKeyCommand(): Command {
  return withConfigOptions(new Command('revoke'))
    .description('revoke an API key for good; within milliseconds every process refuses it')
    .argument('<id>', "the key's id, as create and list show it")
    .option('--json', 'print {"id", "revoked"}')
    .action(async (id: string, options: ConfigOptions & { json?: true }) => {
      const revoked = await administerKeys(options, (keys) => keys.revokeKey(id));
      if (options.json) console.log(JSON.stringify({ id, revoked }));
      else if (revoked) console.log(`Key ${id} is revoked.`);
      if (revoked) return;
      if (!options.json) console.error(`There is no key ${id}: 'gatehouse keys list' shows all of them.`);
      process.exitCode = 1;
    });
}
