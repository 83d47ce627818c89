import { readFile } from 'node:fs/promises';
import type { RuleProblem } from './problem.ts';
import { ruleFiles, unreadable } from './rule-files.ts';

/** A file's name and what it holds. */
export interface RuleText {
  file: string;
  text: string;
}

/** What paths lead to, and what of it cannot be read. */
export interface RuleTexts {
  texts: readonly RuleText[];
  problems: readonly RuleProblem[];
}

/** Reads what paths name; what cannot be read is a problem, and the rest is read all the same. @param paths absolute */
export async function readRuleTexts(paths: readonly string[]): Promise<RuleTexts> {
  const problems: RuleProblem[] = [];
  const texts: RuleText[] = [];
  for (const file of await ruleFiles(paths, problems)) {
    try {
      texts.push({ file, text: await readFile(file, 'utf8') });
    } catch (error) {
      problems.push(unreadable(file, error));
    }
  }
  return { texts, problems };
}
