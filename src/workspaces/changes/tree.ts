import { indexLine, removalLine, type TreeEntry } from '../copy/listing.ts';

/** What the run's tree has beside what git has just read from the disk. */
export interface TreeCorrection {
  /** All files of the commit. */
  base: readonly TreeEntry[];
  /** Those that were left out of the copy. */
  quarantined: readonly TreeEntry[];
  /** Paths that were read from the disk. */
  present: readonly Buffer[];
  /** Paths that are gone. */
  absent: readonly Buffer[];
  /** Paths of the caller's own files that the run left as they came. */
  untouched: readonly string[];
}

/**
 * Makes of what is on the disk what the run did to the commit: what it deleted is gone, what was kept from it is there
 * unless it put something else in its place, and the caller's own files are as in the commit.
 * @returns what `git update-index -z --index-info` reads
 */
export function correctionLines({ base, quarantined, present, absent, untouched }: TreeCorrection): Buffer {
  const taken = new Set<string>();
  for (const path of present) {
    const key = path.toString('latin1');
    for (const ancestor of ancestorsOf(key)) taken.add(`${ancestor}/`);
    taken.add(key);
  }
  const isFree = ({ path }: TreeEntry) => {
    const key = path.toString('latin1');
    return (
      !taken.has(key) && !taken.has(`${key}/`) && !ancestorsOf(key).some((ancestor) => taken.has(ancestor))
    );
  };
  const wanted = new Set(untouched.map((path) => Buffer.from(path).toString('latin1')));
  const inBase = base.filter(({ path }) => wanted.delete(path.toString('latin1')));
  return Buffer.concat([
    ...absent.filter((path) => !taken.has(path.toString('latin1'))).map(removalLine),
    ...quarantined.filter(isFree).map(indexLine),
    ...inBase.map(indexLine),
    ...[...wanted].map((path) => removalLine(Buffer.from(path, 'latin1'))),
  ]);
}

function ancestorsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}
