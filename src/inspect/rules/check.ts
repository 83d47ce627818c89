import { type RuleProblem, RulesError, readRuleTexts } from '../../rule-files/index.ts';
import { parseRules } from './parse.ts';
import { compileRuleBook } from './rule-book.ts';
import { SHIPPED_FILES } from './shipped-rules.ts';

export interface CheckedRules {
  /** The files that were read. */
  files: readonly string[];
  rules: number;
  phrases: number;
  /** What keeps them from being used, failing examples included. */
  problems: readonly RuleProblem[];
}

/** Reads rule files as authz would, and tells everything that is wrong with them. @param paths absolute; without any those that ship */
export async function checkRuleFiles(paths: readonly string[]): Promise<CheckedRules> {
  const { texts, problems } = await readRuleTexts(paths.length === 0 ? SHIPPED_FILES : paths);
  const parsed = texts.map((text) => parseRules(text));
  const checked = {
    files: texts.map(({ file }) => file),
    rules: parsed.flatMap(({ rules }) => rules).length,
    phrases: parsed.flatMap(({ allow }) => allow).length,
  };
  try {
    compileRuleBook({ texts, allow: [] }, problems);
    return { ...checked, problems: [] };
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    return { ...checked, problems: error.problems };
  }
}
