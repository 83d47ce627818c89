import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleProblem } from './problem.ts';

/**
 * The rule files that paths name: a file stands for itself, a folder for every `*.yaml` and `*.yml` in it and below
 * it, in the order of their names. What begins with a dot is passed over, so that a mounted ConfigMap is read once
 * and not through each of its links.
 * @param problems takes what cannot be used
 */
export async function ruleFiles(paths: readonly string[], problems: RuleProblem[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) files.push(path);
      else {
        const found = await filesBelow(path);
        if (found.length === 0) problems.push(problemAt(path, 'no_files', 'holds no *.yaml file'));
        files.push(...found);
      }
    } catch (error) {
      problems.push(unreadable(path, error));
    }
  }
  return files;
}

export function unreadable(path: string, error: unknown): RuleProblem {
  const code = (error as NodeJS.ErrnoException).code;
  const reason = code === 'ENOENT' ? 'there is no such file or folder' : `cannot be read (${code})`;
  return problemAt(path, 'unreadable_file', reason);
}

function problemAt(file: string, code: 'no_files' | 'unreadable_file', reason: string): RuleProblem {
  return { file, line: 0, column: 0, path: '', code, reason };
}

/** Deeper than anybody nests them; also what ends a link that leads to itself. */
const MAX_LEVELS = 8;

async function filesBelow(folder: string, level = 1): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const isFolder = await stat(path).then(
        (stats) => stats.isDirectory(),
        // A link to nowhere: reading it tells.
        () => false,
      );
      if (isFolder) return level < MAX_LEVELS ? filesBelow(path, level + 1) : [];
      return /\.ya?ml$/.test(name) ? [path] : [];
    }),
  );
  return found.flat();
}
