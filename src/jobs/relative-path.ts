/** PATH_MAX is 4096; a name this long fits into a header and a URL. */
const MAX_PATH_BYTES = 512;
const MAX_PARTS = 16;
/** NAME_MAX of the usual file systems. */
const MAX_PART_BYTES = 255;

/**
 * Whether a text can name a file of a job: relative, `/` between its parts, none of them empty, `.` or `..`, no control
 * characters and no backslash, at most 512 bytes in 16 parts of 255 bytes. It says what a file is called and never where it lies on the disk.
 */
export function isRelativePath(path: string): boolean {
  if (path === '' || Buffer.byteLength(path) > MAX_PATH_BYTES || !path.isWellFormed()) return false;
  if (/[\p{Cc}\p{Zl}\p{Zp}\\]/u.test(path)) return false;
  const parts = path.split('/');
  return parts.length <= MAX_PARTS && parts.every(isName);
}

function isName(part: string): boolean {
  return !['', '.', '..'].includes(part) && Buffer.byteLength(part) <= MAX_PART_BYTES;
}
