import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

interface User {
  uid: number;
  gid: number;
}

const EXECUTE = 0o1;
const READ_AND_EXECUTE = 0o5;

/**
 * Whether someone with this uid and gid, and no other group, gets into a folder: it and every folder above
 * it must let them through. Bubblewrap resolves each path it mounts as that user, so one closed folder above
 * makes it fail with "Can't find source path".
 */
export function canEnter(folder: string, user: User): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if (!permits(at, user, EXECUTE)) return false;
    if (at === '/') return true;
  }
}

/** Whether they can run the program at a path. */
export function canRun(path: string, user: User): boolean {
  const real = realpathSync(path);
  return canEnter(dirname(real), user) && permits(real, user, READ_AND_EXECUTE);
}

/** POSIX file access: the first class that fits counts alone, owner before group before others; root passes. */
function permits(path: string, user: User, bits: number): boolean {
  if (user.uid === 0) return true;
  const { mode, uid, gid } = statSync(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
}
