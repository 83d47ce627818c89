import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What there is of one group. */
export interface StoredGroup {
  group: string;
  bytes: number;
  /** Milliseconds since the epoch. */
  changedAt: number;
}

/** Files on the disk, in groups and versions. Rejects with what the disk says: ENOSPC, EACCES. */
export interface StoredFiles {
  /**
   * Keeps a file, whole or not at all.
   * @param maxBytes of the content; over it nothing is kept
   * @returns undefined where the content is longer
   */
  write(
    place: StoredPlace,
    content: Readable,
    maxBytes: number,
  ): Promise<{ bytes: number; sha256: string } | undefined>;
  /** @param range first and last byte; undefined for all. @returns undefined where there is no such file */
  read(place: StoredPlace, range?: { start: number; end: number }): Promise<Readable | undefined>;
  has(place: StoredPlace): Promise<boolean>;
  remove(group: string): Promise<void>;
  /** Removes every version of a group but one. */
  keepOnly(group: string, version: string): Promise<void>;
  /** Every group that has files, in no order. */
  list(): Promise<StoredGroup[]>;
}

/** Which file. Each attempt writes a version of its own, so that one that was taken for dead cannot change another's. */
export interface StoredPlace {
  /** A job's or conversation's id, of the characters of a UUID. */
  group: string;
  version: string;
  /** Whatever it is called; no part of it reaches the file system. */
  name: string;
}

const GROUP = /^[0-9a-f-]{32,64}$/;

/** @param folder absolute; made when there is a first file */
export function openStoredFiles(folder: string): StoredFiles {
  const folderOf = ({ group, version }: StoredPlace) => join(folder, group, version);
  const fileOf = (place: StoredPlace) =>
    join(folderOf(place), createHash('sha256').update(place.name).digest('hex'));

  return {
    async write(place, content, maxBytes) {
      await mkdir(folderOf(place), { recursive: true, mode: 0o700 });
      const part = join(folderOf(place), `${randomUUID()}.part`);
      const hash = createHash('sha256');
      let bytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          hash.update(chunk);
          done(bytes > maxBytes ? new TooLong() : null, chunk);
        },
      });
      try {
        await pipeline(content, measure, createWriteStream(part, { flags: 'wx', mode: 0o600 }));
        await rename(part, fileOf(place));
        return { bytes, sha256: hash.digest('hex') };
      } catch (error) {
        await rm(part, { force: true });
        if (error instanceof TooLong) return undefined;
        throw error;
      }
    },
    async read(place, range) {
      const stream = createReadStream(fileOf(place), range ?? {});
      return new Promise((resolve, reject) => {
        stream.once('open', () => resolve(stream));
        stream.once('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ENOENT' ? resolve(undefined) : reject(error),
        );
      });
    },
    async has(place) {
      return (await stat(fileOf(place)).catch(() => undefined)) !== undefined;
    },
    async remove(group) {
      await rm(join(folder, group), { recursive: true, force: true });
    },
    async keepOnly(group, version) {
      for (const other of await namesIn(join(folder, group))) {
        if (other !== version) await rm(join(folder, group, other), { recursive: true, force: true });
      }
    },
    async list() {
      const names = (await namesIn(folder)).filter((name) => GROUP.test(name));
      const found: StoredGroup[] = [];
      for (const group of names) found.push({ group, ...(await measureFolder(join(folder, group))) });
      return found;
    },
  };
}

class TooLong extends Error {}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function measureFolder(folder: string): Promise<{ bytes: number; changedAt: number }> {
  let bytes = 0;
  let changedAt = 0;
  for (const version of await namesIn(folder)) {
    for (const file of await namesIn(join(folder, version))) {
      // It may be removed meanwhile.
      const found = await stat(join(folder, version, file)).catch(() => undefined);
      bytes += found?.size ?? 0;
      changedAt = Math.max(changedAt, found?.mtimeMs ?? 0);
    }
  }
  return { bytes, changedAt };
}
