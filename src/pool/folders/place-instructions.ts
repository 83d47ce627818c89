import { rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Claude Code reads it as its user's own, whatever else it is told to ignore. */
const FILE = 'CLAUDE.md';
/** Of one file; each import is read whole into the prompt. */
const MAX_IMPORTS = 20;
/** What can stand in an import without being taken apart. */
const PLAIN = /^[A-Za-z0-9._/-]+$/;

/**
 * Has Claude Code read instructions of a repository that are allowed. It takes none from its working folder itself,
 * because with them it would take settings, hooks and programs to start.
 * @param config the CLI's configuration folder, which has none
 * @param workPath the working folder as the worker sees it
 * @param paths of the instructions in it
 */
export async function placeInstructions(
  config: string,
  workPath: string,
  paths: readonly string[],
): Promise<void> {
  const usable = paths.filter((path) => PLAIN.test(path)).sort((a, b) => depth(a) - depth(b));
  if (usable.length === 0) return;
  const text = usable
    .slice(0, MAX_IMPORTS)
    .map((path) => section(workPath, path))
    .join('\n');
  const file = join(config, FILE);
  await writeFile(file, text, { flag: 'wx' });
  // Whatever the umask of this process is.
  await chmod(file, 0o644);
}

/** Takes them away again, where there are any. */
export function removeInstructions(config: string): void {
  rmSync(join(config, FILE), { force: true });
}

function section(workPath: string, path: string): string {
  const folder = path.includes('/') ? `${workPath}/${path.slice(0, path.lastIndexOf('/'))}` : workPath;
  return `Instructions for what lies in ${folder}:\n\n@${workPath}/${path}\n`;
}

function depth(path: string): number {
  return path.split('/').length;
}
