import { resolve } from 'node:path';
import { Command } from 'commander';
import type { KeyAdministration, ListedKey } from '../authz/index.ts';
import { parseDurationMs } from '../config/index.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

type Json = { json?: true };

export function keysCommand(): Command {
  const create = withConfigOptions(new Command('create'))
    .description('create an API key; it is shown once and works at once')
    .requiredOption('--client <name>', 'who will call with it, such as service-a')
    .option('--tenant <name>', 'the organisation or team that the client belongs to', 'default')
    .option('--tier <name>', 'its set of limits', 'free')
    .option('--expires <duration>', 'how long it is good for, such as 90d; without it for ever')
    .option('--json', 'print {"id", "key", ...}')
    .action(async (options: ConfigOptions & Json & CreateOptions) => {
      const expiresInMs = options.expires === undefined ? undefined : expiry(options.expires);
      const created = await administer(options, (keys) =>
        keys.createKey({ client: options.client, tenant: options.tenant, tier: options.tier, expiresInMs }),
      );
      if (options.json) return console.log(JSON.stringify(created));
      console.log(created.key);
      console.error(
        `Key ${created.id} for ${created.client} (tenant ${created.tenant}, tier ${created.tier}). It is not shown again.`,
      );
    });

  const list = withConfigOptions(new Command('list'))
    .description('list the API keys; the keys themselves are not kept')
    .option('--json', 'print an array')
    .action(async (options: ConfigOptions & Json) => {
      const keys = await administer(options, (administration) => administration.listKeys());
      if (options.json) return console.log(JSON.stringify(keys));
      if (keys.length === 0)
        return console.error("There are no keys: 'gatehouse keys create --client NAME' makes one.");
      console.table(Object.fromEntries(keys.map(row)));
    });

  const revoke = withConfigOptions(new Command('revoke'))
    .description('revoke an API key; the next request with it is refused')
    .argument('<id>', "the key's id, as create and list show it")
    .option('--json', 'print {"id", "revoked"}')
    .action(async (id: string, options: ConfigOptions & Json) => {
      const revoked = await administer(options, (keys) => keys.revokeKey(id));
      if (options.json) console.log(JSON.stringify({ id, revoked }));
      else if (revoked) console.log(`Key ${id} is revoked.`);
      if (revoked) return;
      if (!options.json) console.error(`There is no key ${id}: 'gatehouse keys list' shows all of them.`);
      process.exitCode = 1;
    });

  return new Command('keys')
    .description('create, list and revoke API keys')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}

interface CreateOptions {
  client: string;
  tenant: string;
  tier: string;
  expires?: string;
}

function expiry(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new Error(`--expires ${text}: expected a duration such as 12h or 90d.`);
  return ms;
}

function row({ id, client, tenant, tier, createdAt, expiresAt, expired }: ListedKey): [string, object] {
  return [id, { client, tenant, tier, createdAt, expires: expired ? 'expired' : (expiresAt ?? 'never') }];
}

/** Does one thing with the keys of the installation that the options name. */
async function administer<T>(
  options: ConfigOptions,
  use: (keys: KeyAdministration) => Promise<T>,
): Promise<T> {
  const config = readInstallationConfig(options);
  if (options.config === undefined && config.identity.apiKeys.hashKeyFile === undefined) {
    const dataDir = resolve(options.dataDir);
    throw new Error(
      `no installation runs in ${dataDir}: start one with 'gatehouse up --data-dir ${dataDir}', or name a configuration with --config.`,
    );
  }
  const { withKeyAdministration } = await import('../authz/index.ts');
  return withKeyAdministration(config, use);
}
