/** PATH_MAX is 4096; a name this long fits into a header and a URL. */
const MAX_PATH_BYTES = 512;
const MAX_PARTS = 16;

/**
 * Whether a text can name a file of a job: relative, `/` between its parts, none of them empty, `.` or `..`, no control
 * characters and no backslash. It says what a file is called and never where it lies on the disk.
 */
export function isRelativePath(path: string): boolean {
  if (path === '' || Buffer.byteLength(path) > MAX_PATH_BYTES || !path.isWellFormed()) return false;
  if (/[\p{Cc}\p{Zl}\p{Zp}\\]/u.test(path)) return false;
  const parts = path.split('/');
  return parts.length <= MAX_PARTS && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}
