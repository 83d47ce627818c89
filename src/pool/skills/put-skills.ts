import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Skill } from '../../skills/index.ts';

/**
 * Writes skills into a folder that is made for them, a folder for each. Workers may read all of it; that they cannot write
 * to it is the sandbox's to see to.
 */
export async function putSkills(folder: string, skills: readonly Skill[]): Promise<void> {
  if (skills.length > 0) await makeFolder(folder);
  for (const { name, files } of skills) {
    for (const path of ['', ...foldersOf(files)]) await makeFolder(join(folder, name, path));
    for (const { path, bytes, executable } of files) {
      const target = join(folder, name, path);
      await writeFile(target, bytes, { flag: 'wx' });
      await chmod(target, executable ? 0o755 : 0o644);
    }
  }
}

/** Each before those in it. */
function foldersOf(files: Skill['files']): string[] {
  const folders = files.flatMap(({ path }) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)].sort((a, b) => a.length - b.length);
}

/** Readable for workers, whatever the umask of this process is. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}
