/** Largest file that a worker can write, in bytes; as large as all of /tmp in a sandbox. */
const MAX_FILE_BYTES = 2 ** 30;
/** Descriptors that one process of a worker can hold open. */
const MAX_OPEN_FILES = 4096;

/** Options of `prlimit` that bound what a process can do with files (setrlimit(2)). */
export const FILE_LIMITS = [`--fsize=${MAX_FILE_BYTES}`, `--nofile=${MAX_OPEN_FILES}`];

/** The option of `prlimit` that bounds processes and threads. They are counted by uid, of the whole host. */
export function processLimit(maxProcesses: number): string {
  return `--nproc=${maxProcesses}`;
}

/**
 * Whether processes are counted by user namespace too (Linux 5.14), so that a limit that is set inside a sandbox counts
 * those of the sandbox alone, whoever else has that uid outside.
 * @param release as os.release() gives it
 */
export function countsByUserNamespace(release: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 14);
}
