import { Command } from 'commander';
import type { CreateKeyRequest } from '../../authz/index.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';
import { administerKeys, durationOption } from './administer.ts';

interface CreateOptions extends ConfigOptions {
  client: string;
  tenant: string;
  tier: string;
  expires?: string;
  cidr?: string[];
  route?: string[];
  role?: string[];
  scope?: string[];
  maxTokens?: string;
  skill?: string[];
  model?: string[];
  json?: true;
}

export function createKeyCommand(): Command {
  return withConfigOptions(new Command('create'))
    .description('create an API key; it is shown once and works at once')
    .requiredOption('--client <name>', 'who will call with it, such as service-a')
    .option('--tenant <name>', 'the organisation or team that the client belongs to', 'default')
    .option('--tier <name>', 'its set of limits', 'free')
    .option('--expires <duration>', 'how long it is good for, such as 90d; without it for ever')
    .option('--cidr <block>', 'usable only from there, such as 10.0.0.0/8 or 2001:db8::/32; repeatable', list)
    .option('--route <name>', 'good only for this route of the configuration; repeatable', list)
    .option('--role <name>', 'a role that it carries; repeatable', list)
    .option('--scope <name>', 'a scope that it carries; repeatable', list)
    .option('--max-tokens <number>', 'most max_tokens that one request may ask for')
    .option('--skill <name>', 'only such skills may be asked for; repeatable', list)
    .option('--model <name>', 'only such models may be asked for; repeatable', list)
    .option('--json', 'print {"id", "key", ...}')
    .addHelpText(
      'after',
      `
Examples:
  gatehouse keys create --client service-a --tier pro
  gatehouse keys create --client service-a --expires 90d --cidr 10.0.0.0/8 --cidr 2001:db8::/32
  gatehouse keys create --client reports --route read --max-tokens 4000 --skill pdf --skill docx

The address of a caller is the one that Envoy saw; behind a load balancer set envoy.trustedHops.`,
    )
    .action(async (options: CreateOptions) => {
      const created = await administerKeys(options, (keys) => keys.createKey(requestOf(options)));
      if (options.json) return console.log(JSON.stringify(created));
      console.log(created.key);
      console.error(
        `Key ${created.id} for ${created.client} (tenant ${created.tenant}, tier ${created.tier}). It is not shown again.`,
      );
    });
}

/** Gathers the values of a repeatable option. */
function list(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function requestOf(options: CreateOptions): CreateKeyRequest {
  const { client, tenant, tier, expires, maxTokens } = options;
  return {
    client,
    tenant,
    tier,
    expiresInMs: expires === undefined ? undefined : durationOption('--expires', expires),
    cidrs: options.cidr ?? [],
    routes: options.route ?? [],
    roles: options.role ?? [],
    scopes: options.scope ?? [],
    permissions: {
      ...(maxTokens !== undefined && { maxTokensPerRequest: Number(maxTokens) }),
      allowedSkills: options.skill ?? [],
      allowedModels: options.model ?? [],
    },
  };
}
