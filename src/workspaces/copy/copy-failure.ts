import type { Collected } from '../git/collect.ts';

/** Words of git, cp and sh, in the C locale; the first that fits counts. */
const PATTERNS: [string, RegExp][] = [
  ['the disk is full', /No space left on device|Disk quota exceeded/],
  ['there is no memory for it', /Cannot allocate memory|out of memory|malloc failed/i],
  ['a file could not be written', /Permission denied|Read-only file system|Operation not permitted/],
  ['the sandbox could not be made', /^(bwrap|prlimit|setpriv|gatehouse-cgroup): /m],
  [
    'its objects are damaged',
    /corrupt|bad object|unable to read|index-pack failed|missing (blob|tree|commit)/i,
  ],
];

/**
 * Why a copy could not be made, in words of our own: what git says repeats paths, and what a repository's authors chose.
 */
export function copyFailure({ code, cut, stderr }: Pick<Collected, 'code' | 'cut' | 'stderr'>): string {
  if (cut === 'timed_out') return 'it took longer than workspaces.fetchTimeout';
  if (cut !== undefined) return `git was ended: ${cut}`;
  const reason =
    PATTERNS.find(([, pattern]) => pattern.test(stderr))?.[0] ??
    'it does not say why in words that are known';
  return `git ended with ${code ?? 'a signal'}: ${reason}`;
}
