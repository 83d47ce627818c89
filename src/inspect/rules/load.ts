import { readRuleTexts } from '../../rule-files/index.ts';
import { compileRuleBook, type RuleBook } from './rule-book.ts';

/** Where rules and phrases of one's own come from. */
export interface OwnRuleSources {
  /** Absolute paths of files and folders. */
  rules: readonly string[];
  allow: readonly string[];
}

/**
 * Reads rule files once.
 * @throws RulesError that lists everything wrong in all files, each with its place
 */
export async function loadRuleBook({ rules, allow }: OwnRuleSources): Promise<RuleBook> {
  const { texts, problems } = await readRuleTexts(rules);
  return compileRuleBook({ texts, allow }, problems);
}
