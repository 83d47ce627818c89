import { createHash } from 'node:crypto';
import type { LiveRules } from './live-rules.ts';
import { type LoadOptions, type RuleText, readRuleTexts, rulesOf } from './load.ts';
import { type RuleProblem, RulesError } from './problem.ts';
import { type PathWatch, type WatchOptions, watchPaths } from './watch-paths.ts';

export interface FileRulesOptions extends LoadOptions {
  /** Absolute, of files and folders. */
  paths: readonly string[];
  live: LiveRules;
  /** Whether to start without rules where the files cannot be used, and wait for better ones. */
  startWithoutRules: boolean;
  watch?: Pick<WatchOptions, 'settleMs' | 'recheckMs'>;
}

/**
 * Puts the files' rules into force, and again whenever what the paths lead to holds something else. A set that cannot
 * be used is refused as a whole.
 * @throws RulesError where the first set cannot be used, unless startWithoutRules
 */
export async function followFiles(options: FileRulesOptions): Promise<PathWatch> {
  const { paths, live, startWithoutRules } = options;
  let known = '';
  /** @returns the problems of a set that was refused */
  const load = async (): Promise<RulesError | undefined> => {
    const { texts, problems } = await readRuleTexts(paths);
    const digest = digestOf(texts, problems);
    // Events tell that something happened, not that it made a difference.
    if (digest === known) return undefined;
    known = digest;
    try {
      live.take(rulesOf(texts, problems, options));
      return undefined;
    } catch (error) {
      if (!(error instanceof RulesError)) throw error;
      live.refuse(error.problems);
      return error;
    }
  };

  const watching = await watchPaths({ ...options.watch, paths, onChange: async () => void (await load()) });
  const refused = await load();
  if (refused !== undefined && !startWithoutRules) {
    watching.close();
    throw refused;
  }
  return watching;
}

function digestOf(texts: readonly RuleText[], problems: readonly RuleProblem[]): string {
  const content = JSON.stringify([texts.map(({ file, text }) => [file, text]), problems]);
  return createHash('sha256').update(content).digest('base64');
}
