import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RulesError } from '../../rule-files/index.ts';
import { parseRules } from './parse.ts';
import type { Rule } from './rule.ts';

/** What texts are held against: `default` with a model beside the rules, `guide` the public guide's patterns alone. */
export const PRESETS = ['default', 'guide'] as const;
export type Preset = (typeof PRESETS)[number];

const FILES: Record<Preset, string> = { default: shipped('rules.yaml'), guide: shipped('guide.yaml') };

/** The files of the rules that ship. */
export const SHIPPED_FILES: readonly string[] = Object.values(FILES);

/** The rules that ship, read once. */
export const SHIPPED_RULES: Readonly<Record<Preset, readonly Rule[]>> = {
  default: read(FILES.default),
  guide: read(FILES.guide),
};

function shipped(name: string): string {
  return fileURLToPath(new URL(`../../../config/inspection/${name}`, import.meta.url));
}

function read(file: string): readonly Rule[] {
  // A test checks their patterns, which takes longer than all else here.
  const { rules, problems } = parseRules({ file, text: readFileSync(file, 'utf8') }, () => {});
  if (problems.length > 0) throw new RulesError(problems);
  return rules;
}
