import { unreadable } from '../error.ts';

/** A file, link or submodule of a commit. */
export interface TreeEntry {
  /** As git has it: 100644, 100755, 120000 for a link, 160000 for a submodule. */
  mode: string;
  objectId: string;
  /** 0 for what has no content of its own. */
  bytes: number;
  /** As bytes: a name need not be UTF-8. */
  path: Buffer;
}

const TAB = 0x09;

/**
 * Reads what `git ls-tree -r -l -z` prints.
 * @throws WorkspaceError where it is something else
 */
export function parseListing(output: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    const tab = output.indexOf(TAB, start);
    const [mode, , objectId, size] = output.toString('latin1', start, tab).split(/ +/);
    if (
      end < 0 ||
      tab < 0 ||
      tab > end ||
      mode === undefined ||
      objectId === undefined ||
      size === undefined
    ) {
      throw unreadable('something that is no list of files');
    }
    const bytes = size === '-' ? 0 : Number(size);
    entries.push({ mode, objectId, bytes, path: output.subarray(tab + 1, end) });
    start = end + 1;
  }
  return entries;
}

/** What `git update-index -z --index-info` reads to have an entry in the index. */
export function indexLine({ mode, objectId, path }: Pick<TreeEntry, 'mode' | 'objectId' | 'path'>): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${objectId}\t`), path, NUL]);
}

/** As indexLine, to have no entry at a path. */
export function removalLine(path: Buffer): Buffer {
  return indexLine({ mode: '0', objectId: '0'.repeat(40), path });
}

/** What git reads as a list of paths with -z. */
export function pathList(paths: readonly Buffer[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [path, NUL]));
}

const NUL = Buffer.from([0]);
