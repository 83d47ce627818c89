import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { SkillError } from './error.ts';

/** One file of a skill. */
export interface SkillFile {
  /** Relative, with `/` between its parts. */
  path: string;
  bytes: Buffer;
  executable: boolean;
}

/** A skill is instructions and small scripts; it is read and copied for each job that names it. */
const MAX_BYTES = 5 * 2 ** 20;
const MAX_FILES = 200;
const MAX_DEPTH = 8;

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const REFUSED_NAME = /[\u0000-\u001f\u007f\ufffd]/;

/**
 * Reads the whole of a skill's folder, in the order of its paths. A link to a file within the folder counts as that
 * file; no other is followed.
 * @throws SkillError
 */
export async function readFiles(folder: string): Promise<SkillFile[]> {
  const root = await realpath(folder).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new SkillError('folder_missing', `${folder}: there is no such folder`)
      : unreadable(folder, error);
  });
  const files: SkillFile[] = [];
  let bytes = 0;

  async function readFolder(path: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) {
      throw new SkillError(
        'too_deep',
        `${join(root, path)}: expected at most ${MAX_DEPTH} folders one in the other`,
      );
    }
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOTDIR'
          ? new SkillError('not_a_folder', `${folder}: expected a folder with a SKILL.md in it, got a file`)
          : unreadable(join(root, path), error);
      },
    );
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (REFUSED_NAME.test(entry.name)) {
        const shown = JSON.stringify(join(root, below));
        throw new SkillError('name_refused', `${shown}: expected a name in UTF-8 without control characters`);
      }
      if (entry.isDirectory()) await readFolder(below, depth + 1);
      else if (entry.isSymbolicLink()) await take(below, await withinRoot(root, below));
      else await take(below, join(root, below));
    }
  }

  /** @param path what the skill calls it @param source where it is, which is no link */
  async function take(path: string, source: string): Promise<void> {
    const file = await open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.code === 'ENXIO' ? notAFile(source) : unreadable(source, error);
      },
    );
    try {
      const stats = await file.stat();
      if (stats.isDirectory()) throw linkRefused(join(root, path), 'a folder');
      if (!stats.isFile()) throw notAFile(source);
      if (files.length >= MAX_FILES) {
        throw new SkillError('too_many_files', `${root}: expected at most ${MAX_FILES} files`);
      }
      bytes += stats.size;
      if (bytes > MAX_BYTES) {
        throw new SkillError('too_large', `${root}: expected at most ${MAX_BYTES / 2 ** 20} MiB in all`);
      }
      const content = Buffer.alloc(stats.size);
      const { bytesRead } = await file.read(content, 0, stats.size, 0);
      files.push({ path, bytes: content.subarray(0, bytesRead), executable: (stats.mode & 0o111) !== 0 });
    } finally {
      await file.close();
    }
  }

  await readFolder('', 0);
  return files;
}

async function withinRoot(root: string, path: string): Promise<string> {
  const link = join(root, path);
  const target = await realpath(link).catch(() => {
    throw linkRefused(link, 'nothing');
  });
  if (!target.startsWith(root + sep)) throw linkRefused(link, `${target}, outside of the folder`);
  return target;
}

function linkRefused(link: string, target: string): SkillError {
  return new SkillError(
    'link_refused',
    `${link}: expected a file, or a link to one in the same skill; it leads to ${target}`,
  );
}

function notAFile(path: string): SkillError {
  return new SkillError('not_a_file', `${path}: expected files and folders only`);
}

function unreadable(path: string, { code }: NodeJS.ErrnoException): SkillError {
  return new SkillError('unreadable', `${path}: cannot be read (${code})`);
}
