import { followTexts, type PathWatch, RulesError, type WatchOptions } from '../../rule-files/index.ts';
import type { LiveRules } from './live-rules.ts';
import { type LoadOptions, rulesOf } from './load.ts';

export interface FileRulesOptions extends LoadOptions {
  /** Absolute, of files and folders. */
  paths: readonly string[];
  live: LiveRules;
  /** Whether to start without rules where the files cannot be used, and wait for better ones. */
  startWithoutRules: boolean;
  /** Called with what is a bug of reading a changed set, which is then not in force. */
  onError(error: unknown): void;
  watch?: Pick<WatchOptions, 'settleMs' | 'recheckMs'>;
}

/**
 * Puts the files' rules into force, and again whenever what the paths lead to holds something else. A set that cannot
 * be used is refused as a whole.
 * @throws RulesError where the first set cannot be used, unless startWithoutRules
 */
export async function followFiles(options: FileRulesOptions): Promise<PathWatch> {
  const { paths, live, startWithoutRules, onError, watch } = options;
  let refused: RulesError | undefined;
  const watching = await followTexts({
    paths,
    watch,
    onError,
    onTexts: ({ texts, problems }) => {
      refused = undefined;
      try {
        live.take(rulesOf(texts, problems, options));
      } catch (error) {
        if (!(error instanceof RulesError)) throw error;
        live.refuse(error.problems);
        refused = error;
      }
    },
  });
  if (refused !== undefined && !startWithoutRules) {
    watching.close();
    throw refused;
  }
  return watching;
}
