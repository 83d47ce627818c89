import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from './schema.ts';

const SHIPPED = fileURLToPath(new URL('../../skills', import.meta.url));

/** The folder of each skill that a request may name, by the skill's name. */
export function skillFolders({ skills }: Pick<Settings, 'skills'>): ReadonlyMap<string, string> {
  return new Map([
    ...skills.shipped.map((name) => [name, join(SHIPPED, name)] as const),
    ...Object.entries(skills.folders),
  ]);
}
