import { execFile } from 'node:child_process';

/** A program that hangs when it is asked for its version is of no use. */
const VERSION_TIMEOUT_MS = 20_000;

/** What a program says of its version, such as 1.40.0; undefined where it says none. */
export function versionOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: VERSION_TIMEOUT_MS }, (_error, stdout) => {
      resolve(/\d+\.\d+\.\d+/.exec(stdout)?.[0]);
    });
  });
}

/** Of a program: its version and where it is. */
export function versionAt(version: string | undefined, path: string): string {
  return `${version ?? 'an unknown version'} at ${path}`;
}
