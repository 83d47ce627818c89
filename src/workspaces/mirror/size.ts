import { execFile } from 'node:child_process';

const LOOK_EVERY_MS = 1_000;
const TIMEOUT_MS = 30_000;

/** What du(1) says of a file that was there a moment before, as git removes some while it fetches, and goes on after. */
const VANISHED = /^du: cannot (access|read directory) .*: No such file or directory$/;

/** What a folder takes of the disk, in bytes; undefined where du(1) could not look into all of it, or took too long. */
export function diskBytes(folder: string): Promise<number | undefined> {
  const env = { ...process.env, LC_ALL: 'C' };
  const options = { env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile('du', ['-s', '-k', folder], options, (error, stdout, stderr) => {
      const kilobytes = /^\d+(?=\t)/.exec(stdout)?.[0];
      const isComplete = error === null || (typeof error.code === 'number' && hasOnlyVanished(stderr));
      resolve(kilobytes === undefined || !isComplete ? undefined : Number(kilobytes) * 1024);
    });
  });
}

function hasOnlyVanished(stderr: string): boolean {
  return stderr
    .trim()
    .split('\n')
    .every((line) => VANISHED.test(line));
}

export type SizeFailure = 'too_large' | 'unmeasured';

/** What is wrong with a folder's size, if anything is. */
export async function sizeFailure(folder: string, maxBytes: number): Promise<SizeFailure | undefined> {
  const bytes = await diskBytes(folder);
  if (bytes === undefined) return 'unmeasured';
  return bytes > maxBytes ? 'too_large' : undefined;
}

/**
 * Looks once a second whether a folder has grown over a limit; a host's line brings some 100 MB in that time.
 * @param onFailure called once, also where its size cannot be told
 */
export function watchSize(
  folder: string,
  maxBytes: number,
  onFailure: (failure: SizeFailure) => void,
): { dispose(): void } {
  let open = true;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const failure = await sizeFailure(folder, maxBytes);
    if (!open) return;
    if (failure !== undefined) return onFailure(failure);
    timer = setTimeout(look, LOOK_EVERY_MS);
  };
  timer = setTimeout(look, LOOK_EVERY_MS);
  return {
    dispose() {
      open = false;
      clearTimeout(timer);
    },
  };
}

/**
 * Does work that fills a folder, and stops it where that grows over a limit. What it has become in the end is looked at
 * too, unless the work was stopped.
 * @param work ends soon after its signal is aborted
 */
export async function whileSmall<T>(
  { folder, maxBytes }: { folder: string; maxBytes: number },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ result: T; failure: SizeFailure | undefined }> {
  const stop = new AbortController();
  let failure: SizeFailure | undefined;
  const watch = watchSize(folder, maxBytes, (found) => {
    failure = found;
    stop.abort();
  });
  try {
    const result = await work(AbortSignal.any([signal, stop.signal]));
    if (!signal.aborted) failure ??= await sizeFailure(folder, maxBytes);
    return { result, failure };
  } finally {
    watch.dispose();
  }
}
