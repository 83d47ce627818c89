import { execFile } from 'node:child_process';

const LOOK_EVERY_MS = 1_000;
const TIMEOUT_MS = 30_000;

/** What a folder takes of the disk, in bytes, as far as du(1) could look. */
export function diskBytes(folder: string): Promise<number> {
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
    execFile('du', ['-s', '-k', folder], options, (_error, stdout) => {
      resolve(Number(/^\d+/.exec(stdout)?.[0] ?? 0) * 1024);
    });
  });
}

/** Looks once a second whether a folder has grown over a limit; a host's line brings some 100 MB in that time. */
export function watchSize(folder: string, maxBytes: number, onTooLarge: () => void): { dispose(): void } {
  let open = true;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const bytes = await diskBytes(folder);
    if (!open) return;
    if (bytes > maxBytes) return onTooLarge();
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
