import type { ChangedFile } from '../../jobs/index.ts';
import { unreadable } from '../error.ts';

const STATUSES: Record<string, ChangedFile['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  T: 'type_changed',
};

/**
 * Reads what `git diff-tree -r --raw --numstat -z` prints: first what became of each file, then the lines of each. Names
 * that are not UTF-8 have U+FFFD where they are not.
 * @throws WorkspaceError where it is something else
 */
export function parseSummary(output: Buffer): ChangedFile[] {
  // As bytes until the end, so that two names stay two.
  const words = output.toString('latin1').split('\0');
  const files = new Map<string, ChangedFile>();
  for (let at = 0; at < words.length - 1; ) {
    const word = words[at] as string;
    if (word.startsWith(':')) {
      const letter = word.split(' ')[4]?.[0] ?? '';
      const status = STATUSES[letter];
      if (status === undefined) throw unreadable('something that is no summary of changes');
      const isRename = status === 'renamed';
      const [first = '', second = ''] = [words[at + 1], words[at + 2]];
      const path = isRename ? second : first;
      files.set(path, { status, path, ...(isRename && { from: first }) });
      at += isRename ? 3 : 2;
    } else {
      const [added = '', removed = '', name = ''] = word.split('\t');
      const path = name === '' ? (words[at + 2] as string) : word.slice(added.length + removed.length + 2);
      const file = files.get(path);
      if (file !== undefined && added !== '-')
        Object.assign(file, { added: Number(added), removed: Number(removed) });
      at += name === '' ? 3 : 1;
    }
  }
  return [...files.values()].map(({ path, from, ...rest }) => ({
    ...rest,
    path: utf8(path),
    ...(from !== undefined && { from: utf8(from) }),
  }));
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
