import { lstatSync, readlinkSync } from 'node:fs';

/** The parts of this host's file system that a sandbox shows, read-only. */
export interface HostLayout {
  /** Folders and files that are mounted where they are. */
  mounts: string[];
  /** Merged-usr hosts have /bin and its kin as links into /usr. */
  links: { path: string; target: string }[];
}

const PROGRAM_FOLDERS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/**
 * What programs need of /etc: the dynamic linker's cache, the alternatives that links in /usr/bin go
 * through, and the time zone. Nothing that names users, hosts or secrets.
 */
const ETC_PARTS = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
];

/** Looks at this host once. Parts that are not there are left out. */
export function readHostLayout(): HostLayout {
  const layout: HostLayout = { mounts: [], links: [] };
  for (const path of PROGRAM_FOLDERS) {
    const kind = kindOf(path);
    if (kind === 'link') layout.links.push({ path, target: readlinkSync(path) });
    else if (kind === 'other') layout.mounts.push(path);
  }
  layout.mounts.push(...ETC_PARTS.filter((path) => kindOf(path) !== 'absent'));
  return layout;
}

function kindOf(path: string): 'absent' | 'link' | 'other' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'absent';
  return stats.isSymbolicLink() ? 'link' : 'other';
}
