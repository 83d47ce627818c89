import { resolve } from 'node:path';
import { type Config, namesRedis } from '../../config/index.ts';
import type { DescriptorName, LimitAdministration } from '../../ratelimit/index.ts';
import { type ConfigOptions, readInstallationConfig } from '../options.ts';

export type Json = { json?: true };

/** Names the domain; may be left out where the rule files have one only. */
export interface DomainOption {
  domain?: string;
}

/** `tier=pro` ... to a descriptor's entries, in their order. */
export function parseEntries(pairs: readonly string[]): DescriptorName['entries'] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at > 0) return { key: pair.slice(0, at), value: pair.slice(at + 1) };
    throw new Error(`${JSON.stringify(pair)}: expected key=value, such as tenant=acme.`);
  });
}

/** A whole number of hits from 1, as --hits has it. */
export function parseHits(text: string): number {
  const hits = Number(text);
  if (/^\d+$/.test(text) && hits >= 1 && hits < 2 ** 32) return hits;
  throw new Error(`--hits ${text}: expected a whole number from 1.`);
}

/** @throws an Error that names the domains, where --domain is needed */
export async function domainOf(config: Config, { domain }: DomainOption): Promise<string> {
  if (domain !== undefined) return domain;
  const { checkRules, describeProblem, installedRuleFiles } = await import('../../ratelimit/index.ts');
  const { paths, options } = installedRuleFiles(config.ratelimit);
  const { domains, problems } = await checkRules(paths, options);
  if (problems.length > 0)
    throw new Error(`the rule files cannot be used:\n${problems.map(describeProblem).join('\n')}`);
  const [first, ...more] = domains;
  if (first !== undefined && more.length === 0) return first.domain;
  const names = domains.map((each) => each.domain).join(', ');
  throw new Error(`there are several domains: name one of them with --domain (${names}).`);
}

/** The configuration of the installation that the options name. @throws an Error where none runs */
export function runningConfig(options: ConfigOptions): Config {
  const config = readInstallationConfig(options);
  if (options.config === undefined && !namesRedis(config.redis) && config.ratelimit.redis === undefined) {
    const dataDir = resolve(options.dataDir);
    throw new Error(
      `no installation runs in ${dataDir}: start one with 'gatehouse up --data-dir ${dataDir}', or name a configuration with --config.`,
    );
  }
  return config;
}

/** Does one thing with the limits of an installation. */
export async function administer<T>(
  config: Config,
  use: (limits: LimitAdministration) => Promise<T>,
): Promise<T> {
  const { withLimitAdministration } = await import('../../ratelimit/index.ts');
  return withLimitAdministration(config, ({ limits }) => use(limits));
}
