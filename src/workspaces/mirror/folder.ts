import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where one mirror is, and what is known of it. */
export interface MirrorFolder {
  path: string;
  /** The bare repository. */
  repository: string;
  /** There while a fetch goes on: after it was cut, too. */
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

/** When the mirror was last fetched whole, in milliseconds since the epoch; undefined where it never was. */
export async function fetchedAtMs(folder: MirrorFolder): Promise<number | undefined> {
  if (await wasCut(folder)) return undefined;
  const text = await readFile(join(folder.path, 'fetched'), 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

export async function beginFetch({ path, marker }: MirrorFolder): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(marker, '');
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
  await writeFile(join(path, 'fetched.new'), String(nowMs));
  await rename(join(path, 'fetched.new'), join(path, 'fetched'));
  await rm(marker, { force: true });
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

async function changedAtMs(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}
