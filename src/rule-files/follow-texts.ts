import { createHash } from 'node:crypto';
import { type RuleTexts, readRuleTexts } from './read-texts.ts';
import { type PathWatch, type WatchOptions, watchPaths } from './watch-paths.ts';

export interface FollowOptions {
  /** Absolute, of files and folders. */
  paths: readonly string[];
  /** Called with what the paths lead to: at first, before followTexts resolves, and whenever that differs. */
  onTexts(texts: RuleTexts): void;
  /** Called with what onTexts throws later on; what the paths lead to is followed all the same. */
  onError(error: unknown): void;
  watch?: Pick<WatchOptions, 'settleMs' | 'recheckMs'> | undefined;
}

/** Reads rule files, and again whenever what the paths lead to holds something else. */
export async function followTexts({ paths, onTexts, onError, watch }: FollowOptions): Promise<PathWatch> {
  let known = '';
  const read = async () => {
    const texts = await readRuleTexts(paths);
    const digest = digestOf(texts);
    // Events tell that something happened, not that it made a difference.
    if (digest === known) return;
    known = digest;
    onTexts(texts);
  };
  const watching = await watchPaths({ ...watch, paths, onChange: read, onError });
  await read();
  return watching;
}

function digestOf({ texts, problems }: RuleTexts): string {
  const content = JSON.stringify([texts.map(({ file, text }) => [file, text]), problems]);
  return createHash('sha256').update(content).digest('base64');
}
