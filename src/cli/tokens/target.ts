import { type Command, Option } from 'commander';
import type { BlockEntry, BlocklistAdministration, BlockTarget } from '../../authz/index.ts';
import { cliActor } from '../actor.ts';
import { type ConfigOptions, readRunningConfig, withConfigOptions } from '../options.ts';

/** What names the one thing that is blocked. */
export interface TargetOptions extends ConfigOptions {
  jti?: string;
  sub?: string;
  keyId?: string;
  fingerprint?: string;
  tenant?: string;
}

export function withTargetOptions(command: Command): Command {
  return withConfigOptions(command)
    .addOption(
      new Option('--jti <id>', 'one token, by its jti claim').conflicts(['sub', 'keyId', 'fingerprint']),
    )
    .addOption(
      new Option('--sub <client>', 'every credential of a client, whatever the method').conflicts([
        'keyId',
        'fingerprint',
      ]),
    )
    .addOption(new Option('--key-id <id>', 'one API key, as keys list shows it').conflicts(['fingerprint']))
    .option('--fingerprint <sha256>', 'one client certificate, by the SHA-256 that openssl prints')
    .option('--tenant <name>', "with --sub: that tenant's client alone");
}

/** @throws an Error for people where not exactly one thing is named */
export function targetOf({ jti, sub, keyId, fingerprint, tenant }: TargetOptions): BlockTarget {
  if (tenant !== undefined && sub === undefined) throw new Error('--tenant goes with --sub.');
  if (jti !== undefined) return { kind: 'jti', value: jti };
  if (sub !== undefined) return { kind: 'subject', value: sub, ...(tenant !== undefined && { tenant }) };
  if (keyId !== undefined) return { kind: 'key_id', value: keyId };
  if (fingerprint !== undefined) return { kind: 'fingerprint', value: fingerprint };
  throw new Error('name what is meant: --jti, --sub, --key-id or --fingerprint.');
}

/** A target for people. */
export function describeTarget(target: BlockTarget): string {
  switch (target.kind) {
    case 'jti':
      return `token ${target.value}`;
    case 'key_id':
      return `API key ${target.value}`;
    case 'fingerprint':
      return `certificate ${target.value}`;
    case 'subject':
      return `client ${target.value}${target.tenant === undefined ? '' : ` of tenant ${target.tenant}`}`;
  }
}

/** An entry as --json shows it: times in ISO 8601, UTC. */
export function jsonEntry({ target, issuedBeforeMs, untilMs, blockedMs }: BlockEntry) {
  return {
    ...target,
    ...(issuedBeforeMs !== undefined && { issuedBefore: isoTime(issuedBeforeMs) }),
    ...(untilMs !== undefined && { until: isoTime(untilMs) }),
    blockedAt: isoTime(blockedMs),
  };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Does one thing with the blocklist of the installation that the options name. */
export async function administerBlocklist<T>(
  options: ConfigOptions,
  use: (blocklist: BlocklistAdministration) => Promise<T>,
): Promise<T> {
  const config = readRunningConfig(options);
  const { withBlocklistAdministration } = await import('../../authz/index.ts');
  return withBlocklistAdministration(config, cliActor(), use);
}
