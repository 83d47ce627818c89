import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from 'yaml';
import { ROOT } from '../toolchain/index.ts';
import { fillTemplate, type TemplateValues } from './template.ts';

/** A file of envoy/, filled in. @throws when it cannot be read, or asks for another set of values */
export async function readTemplate(name: string, values: TemplateValues): Promise<Document> {
  return fillTemplate(await readFile(join(ROOT, 'envoy', name), 'utf8'), values);
}
