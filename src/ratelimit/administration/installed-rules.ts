import { type Config, formatHostPort } from '../../config/index.ts';
import { type LoadOptions, loadRules } from '../rules/load.ts';
import type { RuleSet } from '../rules/rule.ts';
import { loadOptions } from '../rules/start.ts';
import { LimitsError } from './error.ts';

export interface InstalledRules
  extends Pick<Config['ratelimit'], 'source' | 'files' | 'denied' | 'mergeDomains'> {
  xds: Pick<Config['ratelimit']['xds'], 'server'>;
}

/**
 * The files that an installation's rules are in, and how it reads them.
 * @throws LimitsError rules_elsewhere where they come by xDS: other files would tell of rules that are not in force
 */
export function installedRuleFiles(ratelimit: InstalledRules): {
  paths: readonly string[];
  options: LoadOptions;
} {
  if (ratelimit.source === 'xds') {
    throw new LimitsError(
      'rules_elsewhere',
      `The rules come from the management server ${formatHostPort(ratelimit.xds.server)} (ratelimit.source is xds), which is not asked here: set ratelimit.files to files with the same rules, and ratelimit.source to files, for this command.`,
    );
  }
  return { paths: ratelimit.files, options: loadOptions(ratelimit) };
}

/** The rules of an installation as they are now. @throws LimitsError rules_elsewhere; RulesError */
export async function loadInstalledRules(ratelimit: InstalledRules): Promise<RuleSet> {
  const { paths, options } = installedRuleFiles(ratelimit);
  return (await loadRules(paths, options)).rules;
}
