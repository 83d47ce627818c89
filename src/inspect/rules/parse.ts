import { type Located, type RuleProblem, RuleSource, type RuleText } from '../../rule-files/index.ts';
import { REASON_CLASSES } from '../verdict.ts';
import { phraseProblem } from './allowed-phrases.ts';
import { foldAccents } from './fold.ts';
import { compilePattern, PatternError } from './pattern.ts';
import type { Rule } from './rule.ts';

/** What one rule file says. */
export interface ParsedRules {
  rules: Rule[];
  /** Phrases that are no part of an attack. */
  allow: string[];
  /** Names of rules of other files that are not to be looked for, with where they are written. */
  disable: { name: string; at: RuleProblem }[];
  problems: RuleProblem[];
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;
const FILE_KEYS = ['rules', 'allow', 'disable'] as const;
const RULE_KEYS = ['name', 'class', 'pattern', 'languages', 'weight', 'quoted_weight', 'examples'] as const;

/** Reads a rule file; everything that is wrong with it is told, each with its place. */
export function parseRules({ file, text }: RuleText): ParsedRules {
  const source = RuleSource.ofText(file, text);
  source.lenient = false;
  const parsed = readFile(source);
  return { ...parsed, problems: source.problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function readFile(source: RuleSource): Omit<ParsedRules, 'problems'> {
  const { root } = source;
  const { rules, allow, disable } = (root && source.fields(root, FILE_KEYS)) ?? {};
  const list = (at: Located | undefined) => (at === undefined ? [] : source.items(at));
  return {
    rules: list(rules).flatMap((item) => readRule(source, item) ?? []),
    allow: list(allow).flatMap((item) => {
      const phrase = source.text(item);
      const problem = phrase === undefined ? undefined : phraseProblem(phrase);
      if (problem !== undefined) source.report(item, 'invalid_phrase', problem);
      return phrase ?? [];
    }),
    disable: list(disable).flatMap((item) => {
      const name = source.text(item);
      const at: RuleProblem = { ...source.placeOf(item), path: item.path, code: 'unknown_rule', reason: '' };
      return name === undefined ? [] : { name, at };
    }),
  };
}

function readRule(source: RuleSource, at: Located): Rule | undefined {
  const before = source.problems.length;
  const fields = source.fields(at, RULE_KEYS);
  if (fields === undefined) return undefined;
  const need = (key: 'name' | 'class' | 'pattern' | 'weight' | 'examples', what: string) => {
    if (fields[key] === undefined) source.report(at, 'missing_key', `expected ${what}`, `${at.path}.${key}`);
    return fields[key];
  };
  const name = readName(source, need('name', 'a name'));
  const reasonClass = need('class', `one of ${REASON_CLASSES.join(', ')}`);
  const readClass = reasonClass && source.choice(reasonClass, REASON_CLASSES);
  const pattern = readPattern(source, need('pattern', 'a pattern in the syntax of RE2'), name);
  const weightAt = need('weight', 'the score that a match alone gives, from 0 to 1');
  const weight = weightAt && source.number(weightAt, 0, 1);
  const { quoted_weight, languages } = fields;
  const quotedWeight = quoted_weight === undefined ? weight : source.number(quoted_weight, 0, 1);
  const read = {
    languages:
      languages === undefined ? [] : readTexts(source, languages, LANGUAGE, 'a language such as en or pt-BR'),
    examples: readExamples(
      source,
      need('examples', 'texts in which it must match, and in which it must not'),
    ),
  };
  if (name === undefined || readClass === undefined || pattern === undefined) return undefined;
  if (weight === undefined || quotedWeight === undefined || source.problems.length > before) return undefined;
  return { name, reasonClass: readClass, pattern, weight, quotedWeight, ...read, place: source.placeOf(at) };
}

function readName(source: RuleSource, at: Located | undefined): string | undefined {
  const name = at && source.text(at);
  if (name === undefined || NAME.test(name)) return name;
  source.report(at, 'invalid_name', 'expected up to 64 lower-case letters, digits and dashes');
  return undefined;
}

function readPattern(
  source: RuleSource,
  at: Located | undefined,
  name: string | undefined,
): string | undefined {
  const pattern = at && source.text(at);
  if (at === undefined || pattern === undefined) return undefined;
  try {
    compilePattern(foldAccents(pattern));
    return pattern;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const { fragment, message } = error;
    const what = fragment === '' ? message : `${message}: \`${fragment}\``;
    source.reportWithin(at, fragment, 'invalid_pattern', name === undefined ? what : `rule ${name}: ${what}`);
    return undefined;
  }
}

function readExamples(source: RuleSource, at: Located | undefined): Rule['examples'] {
  const { match, pass } = (at && source.fields(at, ['match', 'pass'])) ?? {};
  if (at !== undefined && match === undefined) {
    source.report(at, 'missing_key', 'expected texts in which it must match', `${at.path}.match`);
  }
  const texts = (list: Located | undefined) => (list === undefined ? [] : readTexts(source, list));
  return { match: texts(match), pass: texts(pass) };
}

function readTexts(source: RuleSource, at: Located, form?: RegExp, what?: string): string[] {
  return source.items(at).flatMap((item) => {
    const text = source.text(item);
    if (text !== undefined && form?.test(text) === false)
      source.report(item, 'wrong_type', `expected ${what}`);
    return text ?? [];
  });
}
