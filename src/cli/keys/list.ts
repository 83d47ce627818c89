import { Command } from 'commander';
import type { ListedKey } from '../../authz/index.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerKeys } from './administer.ts';

export function listKeysCommand(): Command {
  return withConfigOptions(new Command('list'))
    .description('list the API keys; the keys themselves are not kept')
    .option('--json', 'print an array with everything that is known of each key')
    .addHelpText(
      'after',
      `
"last used" is to the minute and up to a minute late. A key that was rotated is listed until it is revoked, with the
key that replaces it.`,
    )
    .action(async (options: ConfigOptions & { json?: true }) => {
      const keys = await administerKeys(options, (administration) => administration.listKeys());
      if (options.json) return console.log(JSON.stringify(keys));
      if (keys.length === 0)
        return console.error("There are no keys: 'gatehouse keys create --client NAME' makes one.");
      console.table(Object.fromEntries(keys.map(row)));
    });
}

function row(key: ListedKey): [string, object] {
  const { id, client, tenant, tier, createdAt, expiresAt, expired, lastUsedAt, replacedBy } = key;
  return [
    id,
    {
      client,
      tenant,
      tier,
      createdAt,
      expires: expired ? 'expired' : (expiresAt ?? 'never'),
      'last used': lastUsedAt ?? 'never',
      'only for': restrictions(key),
      'replaced by': replacedBy ?? '',
    },
  ];
}

/** Which kinds of restrictions a key has; --json shows them. */
function restrictions({ cidrs, routes, permissions }: ListedKey): string {
  const kinds = { addresses: cidrs, routes, permissions };
  return Object.entries(kinds)
    .flatMap(([kind, value]) => (value === undefined ? [] : [kind]))
    .join(', ');
}
