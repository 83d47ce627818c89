import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RulesError } from '../../rule-files/index.ts';
import { parseRules } from './parse.ts';
import type { Rule } from './rule.ts';

/** What texts are held against: `default` with a model beside the rules, `guide` the public guide's patterns alone. */
export const PRESETS = ['default', 'guide'] as const;
export type Preset = (typeof PRESETS)[number];

/** The rules that ship, read once. */
export const SHIPPED_RULES: Readonly<Record<Preset, readonly Rule[]>> = {
  default: read('rules.yaml'),
  guide: read('guide.yaml'),
};

function read(name: string): readonly Rule[] {
  const path = fileURLToPath(new URL(`../../../config/inspection/${name}`, import.meta.url));
  // A test checks their patterns, which takes longer than all else here.
  const { rules, problems } = parseRules({ file: path, text: readFileSync(path, 'utf8') }, () => {});
  if (problems.length > 0) throw new RulesError(problems);
  return rules;
}
