import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What must not be found in an output, each under a name that says what it is. */
export type Planted = Readonly<Record<string, string>>;

/** Where something planted was found. */
export interface Leak {
  what: string;
  where: string;
  /** What stands around it. */
  excerpt: string;
}

const EXCERPT_CHARACTERS = 80;

/** @param outputs texts by where they come from */
export function findLeaks(planted: Planted, outputs: Readonly<Record<string, string>>): Leak[] {
  return Object.entries(outputs).flatMap(([where, text]) =>
    Object.entries(planted).flatMap(([what, secret]) => {
      const at = text.indexOf(secret);
      const excerpt = text.slice(Math.max(0, at - EXCERPT_CHARACTERS), at + secret.length);
      return at === -1 ? [] : [{ what, where, excerpt }];
    }),
  );
}

/**
 * Every file below a folder, by its path in it.
 * @param isLeftOut folders and files that are not looked at
 */
export async function filesBelow(
  folder: string,
  isLeftOut: (path: string) => boolean,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    // As bytes: what is planted is ASCII, and files need not be UTF-8.
    if (entry.isFile() && !isLeftOut(path)) found[path] = await readFile(join(folder, path), 'latin1');
  }
  return found;
}
