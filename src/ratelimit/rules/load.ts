import { readFile } from 'node:fs/promises';
import { compileRules } from './compile.ts';
import type { DomainSource } from './descriptor-source.ts';
import { parseRules } from './parse.ts';
import { type RuleProblem, RulesError } from './problem.ts';
import type { RuleSet } from './rule.ts';

/**
 * Reads rule files, one domain each, in the format of envoyproxy/ratelimit.
 * @param files absolute paths
 * @throws RulesError that lists everything wrong in all files, each with its place
 */
export async function loadRules(files: readonly string[]): Promise<RuleSet> {
  const problems: RuleProblem[] = [];
  const domains: DomainSource[] = [];
  for (const file of files) {
    const text = await readText(file, problems);
    if (text === undefined) continue;
    const parsed = parseRules(file, text);
    problems.push(...parsed.problems);
    if (parsed.domain !== undefined) domains.push(parsed.domain);
  }
  const compiled = compileRules(domains);
  problems.push(...compiled.problems);
  if (problems.length > 0) throw new RulesError(problems);
  return compiled.rules;
}

async function readText(file: string, problems: RuleProblem[]): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    problems.push({ file, line: 0, column: 0, path: '', code: 'unreadable_file', reason });
    return undefined;
  }
}
