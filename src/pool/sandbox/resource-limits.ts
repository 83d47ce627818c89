/** Largest file that a worker can write, in bytes; as large as all of /tmp in a sandbox. */
const MAX_FILE_BYTES = 2 ** 30;
/** Descriptors that one process of a worker can hold open. */
const MAX_OPEN_FILES = 4096;
/** Processes and threads of one worker. The CLI alone has some 30; a build may have some hundred. */
const MAX_PROCESSES = 1024;

/**
 * The options of `prlimit` that bound a worker (setrlimit(2)).
 * @param ownUid whether the worker has a uid of its own: processes are counted by uid, so that otherwise all that
 *   the user who started us runs would count
 */
export function resourceLimits(ownUid: boolean): string[] {
  return [
    `--fsize=${MAX_FILE_BYTES}`,
    `--nofile=${MAX_OPEN_FILES}`,
    ...(ownUid ? [`--nproc=${MAX_PROCESSES}`] : []),
  ];
}
