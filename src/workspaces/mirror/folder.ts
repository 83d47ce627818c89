import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where one mirror is, and what is known of it. */
export interface MirrorFolder {
  path: string;
  /** The bare repository. */
  repository: string;
  /** There while a fetch goes on: after it was cut, too. It has the host's boot in which that was. */
  marker: string;
  /** Beside the folder, because it outlives it. */
  lock: string;
}

/** The name of a mirror's folder: of another address it is another mirror. */
export function mirrorId(name: string, address: string): string {
  return createHash('sha256')
    .update(JSON.stringify([name, address]))
    .digest('hex')
    .slice(0, 24);
}

export const MIRROR_ID = /^[0-9a-f]{24}$/;

export function mirrorFolder(root: string, id: string): MirrorFolder {
  const path = join(root, id);
  return {
    path,
    repository: join(path, 'repository.git'),
    marker: join(path, 'fetching'),
    lock: join(root, `${id}.lock`),
  };
}

/**
 * When the mirror was last fetched whole, in milliseconds since the epoch; undefined where it never was. It can be read
 * while a fetch over it goes on, and after git was killed in one, because git puts new files in the place of old ones only
 * when they are whole. After a host went down in a fetch that is not sure, as not all may be on its disk.
 */
export async function fetchedAtMs({ path, marker }: MirrorFolder): Promise<number | undefined> {
  const begunIn = await readFile(marker, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : 'unknown',
  );
  if (begunIn !== undefined && begunIn !== (await bootId())) return undefined;
  return readTime(join(path, 'fetched'));
}

export async function beginFetch({ path, marker }: MirrorFolder): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(marker, await bootId());
}

/** Another one after each start of the host (random(4)), and each time where the kernel does not tell it. */
function bootId(): Promise<string> {
  return readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => randomUUID());
}

/** Takes the mark away of a fetch that failed and left the mirror as it was. */
export async function abandonFetch({ marker }: MirrorFolder): Promise<void> {
  await rm(marker, { force: true });
}

/** Whether a fetch was begun and did not come to an end. */
export async function wasCut({ marker }: MirrorFolder): Promise<boolean> {
  return (await changedAtMs(marker)) !== undefined;
}

export async function endFetch({ path, marker }: MirrorFolder, nowMs: number): Promise<void> {
  await writeTime(join(path, 'fetched'), nowMs);
  await rm(marker, { force: true });
}

/** Has the mirror count as one that was never fetched whole. */
export async function forgetFetch({ path }: MirrorFolder): Promise<void> {
  await rm(join(path, 'fetched'), { force: true });
}

/** Notes that a fetch did not bring the branch that it was for. */
export function noteMissingBranch({ path }: MirrorFolder, nowMs: number): Promise<void> {
  return writeTime(join(path, 'missing-branch'), nowMs);
}

/** When a fetch last did not bring the branch that it was for; undefined where all did. */
export function missingBranchAtMs({ path }: MirrorFolder): Promise<number | undefined> {
  return readTime(join(path, 'missing-branch'));
}

/** Notes that a job uses the mirror. */
export async function touchMirror({ path }: MirrorFolder, nowMs: number): Promise<void> {
  const file = join(path, 'used');
  await writeFile(file, '', { flag: 'a' });
  await utimes(file, nowMs / 1000, nowMs / 1000);
}

/** When a job last used it; undefined where none did. */
export function usedAtMs({ path }: MirrorFolder): Promise<number | undefined> {
  return changedAtMs(join(path, 'used'));
}

/** Removes a mirror. Nobody finds half of one meanwhile. */
export async function removeMirror({ path }: MirrorFolder): Promise<void> {
  const gone = `${path}.gone-${randomUUID()}`;
  await rename(path, gone).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(gone, { recursive: true, force: true });
}

/** Nobody reads half of it. */
async function writeTime(file: string, nowMs: number): Promise<void> {
  await writeFile(`${file}.new`, String(nowMs));
  await rename(`${file}.new`, file);
}

async function readTime(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

async function changedAtMs(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}
