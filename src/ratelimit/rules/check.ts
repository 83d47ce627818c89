import { type RuleProblem, RulesError } from '../../rule-files/index.ts';
import { type LoadOptions, loadRules } from './load.ts';
import { placedLimits } from './named-limits.ts';

export interface CheckedRules {
  /** The files that were read; empty where there are problems. */
  files: readonly string[];
  domains: readonly { domain: string; limits: number }[];
  /** What keeps the rules from being used. */
  problems: readonly RuleProblem[];
  /** What is taken as it is, but hardly meant so. */
  warnings: readonly RuleProblem[];
}

/** Reads rule files as the service would, and tells everything that is wrong with them. @param paths absolute */
export async function checkRules(paths: readonly string[], options: LoadOptions = {}): Promise<CheckedRules> {
  try {
    const { rules, files, warnings } = await loadRules(paths, options);
    const domains = [...rules].map(([domain, { tree }]) => ({
      domain,
      limits: [...placedLimits(tree)].length,
    }));
    return { files, domains, problems: [], warnings };
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    return { files: [], domains: [], problems: error.problems, warnings: [] };
  }
}
