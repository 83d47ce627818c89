import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The cgroup of version 2 that this process is in (cgroups(7)). */
export interface OwnCgroup {
  /** Where the hierarchy is mounted, or the part of it that is shown here. */
  mount: string;
  /** Its folder. */
  folder: string;
}

/**
 * Where this process's own cgroup is.
 * @returns undefined where no hierarchy of version 2 is mounted that shows it
 */
export function readOwnCgroup(): OwnCgroup | undefined {
  return ownCgroup(readFileSync('/proc/self/cgroup', 'utf8'), readFileSync('/proc/self/mountinfo', 'utf8'));
}

/**
 * @param cgroups as in /proc/self/cgroup: version 2 has the line `0::/path`
 * @param mounts as in /proc/self/mountinfo (proc(5)): `36 35 98:0 /root /mount/point rw - type source options`
 */
export function ownCgroup(cgroups: string, mounts: string): OwnCgroup | undefined {
  const path = /^0::(\/.*)$/m.exec(cgroups)?.[1];
  if (path === undefined) return undefined;
  for (const line of mounts.split('\n')) {
    const [place = '', filesystem = ''] = line.split(' - ');
    const [, , , root, mount] = place.split(' ').map(unescaped);
    if (filesystem.split(' ')[0] !== 'cgroup2' || root === undefined || mount === undefined) continue;
    const below = relative(root, path);
    // A container can have the hierarchy of its host mounted, or a part that it is not in.
    if (below !== '..' && !below.startsWith('../')) return { mount, folder: join(mount, below) };
  }
  return undefined;
}

/** Spaces in paths are written as `\040`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
