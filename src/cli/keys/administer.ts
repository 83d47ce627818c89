import type { KeyAdministration } from '../../authz/index.ts';
import { parseDurationMs } from '../../config/index.ts';
import { cliActor } from '../actor.ts';
import { type ConfigOptions, readRunningConfig } from '../options.ts';

/** Does one thing with the keys of the installation that the options name. */
export async function administerKeys<T>(
  options: ConfigOptions,
  use: (keys: KeyAdministration) => Promise<T>,
): Promise<T> {
  const config = readRunningConfig(options);
  const { withKeyAdministration } = await import('../../authz/index.ts');
  return withKeyAdministration(config, cliActor(), use);
}

/**
 * From an option's duration to milliseconds.
 * @throws an Error for people that names the option and shows how it is written
 */
export function durationOption(option: string, text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new Error(`${option} ${text}: expected a duration such as 12h or 90d.`);
  return ms;
}
