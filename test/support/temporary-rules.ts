import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryRules {
  path: string;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** A rule file in a folder of its own. */
export async function temporaryRules(text: string): Promise<TemporaryRules> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-rules-'));
  const path = join(dir, 'rules.yaml');
  await writeFile(path, text);
  return {
    path,
    write: (newText) => writeFile(path, newText),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
