import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../config/index.ts';

/** The folder that jobs' files are kept in. */
export function artifactsFolder({ dataDir, jobs }: Pick<Config, 'dataDir' | 'jobs'>): string {
  return jobs.artifacts.folder ?? join(dataDir, 'artifacts');
}

/** What lies in a job's folder. */
export interface StoredFiles {
  jobId: string;
  bytes: number;
  /** Milliseconds since the epoch. */
  changedAt: number;
}

/** The files that jobs made, on the disk. Rejects with what the disk says: ENOSPC, EACCES. */
export interface ArtifactFiles {
  /**
   * Keeps a file, whole or not at all.
   * @param maxBytes of the content; over it nothing is kept
   * @returns undefined where the content is longer
   */
  write(
    place: ArtifactPlace,
    content: Readable,
    maxBytes: number,
  ): Promise<{ bytes: number; sha256: string } | undefined>;
  /** @param range first and last byte; undefined for all. @returns undefined where there is no such file */
  read(place: ArtifactPlace, range?: { start: number; end: number }): Promise<Readable | undefined>;
  remove(jobId: string): Promise<void>;
  /** Every job that has files, in no order. */
  list(): Promise<StoredFiles[]>;
}

/** Which file: only an attempt's own ones count, so that one that was taken for dead cannot change them. */
export interface ArtifactPlace {
  jobId: string;
  attempt: number;
  path: string;
}

const JOB_FOLDER = /^[0-9a-f-]{36}$/;

/** @param folder absolute; made when there is a first file */
export function openArtifactFiles(folder: string): ArtifactFiles {
  const folderOf = ({ jobId, attempt }: ArtifactPlace) => join(folder, jobId, String(attempt));
  // A digest, so that no name that a job chose reaches the file system.
  const fileOf = (place: ArtifactPlace) =>
    join(folderOf(place), createHash('sha256').update(place.path).digest('hex'));

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
    async remove(jobId) {
      await rm(join(folder, jobId), { recursive: true, force: true });
    },
    async list() {
      const names = (await namesIn(folder)).filter((name) => JOB_FOLDER.test(name));
      const found: StoredFiles[] = [];
      for (const jobId of names) found.push({ jobId, ...(await measureFolder(join(folder, jobId))) });
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
  for (const attempt of await namesIn(folder)) {
    for (const file of await namesIn(join(folder, attempt))) {
      // It may be removed meanwhile.
      const found = await stat(join(folder, attempt, file)).catch(() => undefined);
      bytes += found?.size ?? 0;
      changedAt = Math.max(changedAt, found?.mtimeMs ?? 0);
    }
  }
  return { bytes, changedAt };
}
