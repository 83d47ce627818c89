import { readFileSync } from 'node:fs';
import type { ModelFile } from '../../src/inspect/model/model.ts';

/** The words that the model that ships knows. */
export function readModelWords(): string[] {
  const file = new URL('../../src/inspect/model/model.json', import.meta.url);
  const { vocabulary } = JSON.parse(readFileSync(file, 'utf8')) as ModelFile;
  return vocabulary.map((entry) => entry.split(' ', 1)[0] as string);
}
