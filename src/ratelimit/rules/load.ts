import { loadDigest } from '../../audit/index.ts';
import { type RuleProblem, RulesError, type RuleText, readRuleTexts } from '../../rule-files/index.ts';
import { compileRules } from './compile.ts';
import type { DomainSource } from './descriptor-source.ts';
import { type ParseOptions, parseRules } from './parse.ts';
import type { RuleSet } from './rule.ts';

export interface LoadOptions extends ParseOptions {
  /** Whether files may add to a domain that another file defines. */
  mergeDomains?: boolean;
}

export interface LoadedRules {
  rules: RuleSet;
  /** The files that they were read from. */
  files: readonly string[];
  /** Tells these rules from others. */
  digest: string;
  /** What is taken as envoyproxy/ratelimit takes it, but is hardly meant. */
  warnings: readonly RuleProblem[];
}

/**
 * Reads rule files, one domain each, in the format of envoyproxy/ratelimit or Gatehouse's wider one.
 * @param paths absolute, of files and of folders that hold them
 * @throws RulesError that lists everything wrong in all files, each with its place
 */
export async function loadRules(paths: readonly string[], options: LoadOptions = {}): Promise<LoadedRules> {
  const { texts, problems } = await readRuleTexts(paths);
  return rulesOf(texts, problems, options);
}

/** @throws RulesError that lists the problems of reading and everything wrong in the texts */
export function rulesOf(
  texts: readonly RuleText[],
  reading: readonly RuleProblem[],
  options: LoadOptions = {},
): LoadedRules {
  const parsed = texts.map(({ file, text }) => parseRules(file, text, options));
  const domains = parsed.flatMap(({ domain }): DomainSource[] => (domain === undefined ? [] : [domain]));
  const compiled = compileRules(domains, options);
  const problems = [...reading, ...parsed.flatMap((file) => file.problems), ...compiled.problems];
  if (problems.length > 0) throw new RulesError(problems);
  return {
    rules: compiled.rules,
    files: texts.map(({ file }) => file),
    digest: loadDigest([texts, options]),
    warnings: parsed.flatMap(({ warnings }) => warnings),
  };
}
