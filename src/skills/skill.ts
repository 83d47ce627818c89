import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SkillError } from './error.ts';
import { checkFrontMatter } from './front-matter.ts';
import { readFiles, type SkillFile } from './read-files.ts';

/** What the CLI reads first; it may name the others. */
const SKILL_FILE = 'SKILL.md';
/** It becomes part of the model's input, whole. */
const MAX_SKILL_FILE_BYTES = 64 * 1024;

/** A skill as it is given to a job, whole and checked. */
export interface Skill {
  name: string;
  files: readonly SkillFile[];
  /** Of its files' paths and contents, in hex. */
  sha256: string;
}

/** @throws SkillError that says where, what, and what to do */
export async function readSkill(name: string, folder: string): Promise<Skill> {
  const files = await readFiles(folder);
  const main = files.find(({ path }) => path === SKILL_FILE);
  const file = join(folder, SKILL_FILE);
  if (main === undefined) throw new SkillError('skill_file_missing', `${file}: there is no such file`);
  if (main.bytes.length > MAX_SKILL_FILE_BYTES) {
    throw new SkillError(
      'too_large',
      `${file}: expected at most ${MAX_SKILL_FILE_BYTES / 1024} KiB; move what is seldom needed to files that it names`,
    );
  }
  checkFrontMatter(main.bytes.toString('utf8'), name, file);
  return { name, files, sha256: digest(files) };
}

/** The same for the same files, whenever and wherever they were written. */
function digest(files: readonly SkillFile[]): string {
  const all = createHash('sha256');
  for (const { path, bytes, executable } of files) {
    const content = createHash('sha256').update(bytes).digest('hex');
    all.update(`${JSON.stringify([path, executable, content])}\n`);
  }
  return all.digest('hex');
}
