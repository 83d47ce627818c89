import {
  type Located,
  type Place,
  type RuleProblem,
  RuleSource,
  type RuleText,
} from '../../rule-files/index.ts';
import { suggestNearest } from '../../spelling/index.ts';
import { REASON_CLASSES } from '../verdict.ts';
import { phraseProblem } from './allowed-phrases.ts';
import { checkPattern, PatternError } from './pattern.ts';
import type { Example, Rule } from './rule.ts';

/** What one rule file says. */
export interface ParsedRules {
  rules: Rule[];
  /** Phrases that are no part of an attack. */
  allow: string[];
  /** Names of rules of other files that are not to be looked for, with where they are written. */
  disable: { name: string; path: string; place: Place }[];
  problems: RuleProblem[];
}

type PatternCheck = (pattern: string) => void;

/** Patterns by the name of the part. */
type Parts = Map<string, string>;

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;
const FILE_KEYS = ['parts', 'rules', 'allow', 'disable'] as const;
const PART_NAME = /^[a-z][a-z0-9_]{0,31}$/;
/** As in grok: `%{name}`. */
const PART = /%\{([^}]*)\}/g;
const RULE_KEYS = ['name', 'class', 'pattern', 'languages', 'weight', 'quoted_weight', 'examples'] as const;

/**
 * Reads a rule file; everything that is wrong with it is told, each with its place.
 * @param check throws PatternError for a pattern that cannot be used
 */
export function parseRules({ file, text }: RuleText, check: PatternCheck = checkPattern): ParsedRules {
  const source = RuleSource.ofText(file, text);
  source.lenient = false;
  const parsed = readFile(source, check);
  return { ...parsed, problems: source.problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function readFile(source: RuleSource, check: PatternCheck): Omit<ParsedRules, 'problems'> {
  const { root } = source;
  const { parts, rules, allow, disable } = (root && source.fields(root, FILE_KEYS)) ?? {};
  const list = (at: Located | undefined) => (at === undefined ? [] : source.items(at));
  const known: Parts = new Map();
  for (const item of list(parts)) readPart(source, item, known);
  return {
    rules: list(rules).flatMap((item) => readRule(source, item, known, check) ?? []),
    allow: list(allow).flatMap((item) => {
      const phrase = source.text(item);
      const problem = phrase === undefined ? undefined : phraseProblem(phrase);
      if (problem !== undefined) source.report(item, 'invalid_phrase', problem);
      return phrase ?? [];
    }),
    disable: list(disable).flatMap((item) => {
      const name = source.text(item);
      return name === undefined ? [] : { name, path: item.path, place: source.placeOf(item) };
    }),
  };
}

/** A pattern's part that has a name, so that several patterns can share it. */
function readPart(source: RuleSource, at: Located, known: Parts): void {
  const { name, pattern } = source.fields(at, ['name', 'pattern']) ?? {};
  if (name === undefined || pattern === undefined) {
    source.report(at, 'missing_key', 'expected a name and a pattern');
    return;
  }
  const word = source.text(name) ?? '';
  if (!PART_NAME.test(word)) {
    source.report(name, 'invalid_name', 'expected lower-case letters, digits and underscores');
  }
  known.set(word, `(?:${withParts(source, pattern, known) ?? ''})`);
}

/** A pattern with what its parts stand for. */
function withParts(source: RuleSource, at: Located, known: Parts): string | undefined {
  return source.text(at)?.replaceAll(PART, (written, name: string) => {
    const part = known.get(name);
    if (part === undefined) {
      const nearest = suggestNearest(name, [...known.keys()]);
      source.reportWithin(at, written, 'invalid_pattern', `no part above has this name: ${name}${nearest}`);
    }
    return part ?? '';
  });
}

function readRule(source: RuleSource, at: Located, parts: Parts, check: PatternCheck): Rule | undefined {
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
  const patternAt = need('pattern', 'a pattern in the syntax of RE2');
  const pattern = patternAt && withParts(source, patternAt, parts);
  if (patternAt !== undefined && pattern !== undefined)
    reportPattern(source, patternAt, pattern, name, check);
  const weightAt = need('weight', 'the score that a match alone gives, from 0 to 1');
  const weight = weightAt && source.number(weightAt, 0, 1);
  const { quoted_weight, languages } = fields;
  const quotedWeight = quoted_weight === undefined ? weight : source.number(quoted_weight, 0, 1);
  const read = {
    languages: readLanguages(source, languages),
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

function reportPattern(
  source: RuleSource,
  at: Located,
  pattern: string,
  name: string | undefined,
  check: PatternCheck,
): void {
  try {
    check(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const { fragment, message } = error;
    const what = fragment === '' ? message : `${message}: \`${fragment}\``;
    source.reportWithin(at, fragment, 'invalid_pattern', name === undefined ? what : `rule ${name}: ${what}`);
  }
}

function readExamples(source: RuleSource, at: Located | undefined): Rule['examples'] {
  const { match, pass } = (at && source.fields(at, ['match', 'pass'])) ?? {};
  if (at !== undefined && match === undefined) {
    source.report(at, 'missing_key', 'expected texts in which it must match', `${at.path}.match`);
  }
  return { match: readTexts(source, match), pass: readTexts(source, pass) };
}

function readTexts(source: RuleSource, at: Located | undefined): Example[] {
  if (at === undefined) return [];
  return source.items(at).flatMap((item) => {
    const text = source.text(item);
    return text === undefined ? [] : { text, place: source.placeOf(item) };
  });
}

function readLanguages(source: RuleSource, at: Located | undefined): string[] {
  if (at === undefined) return [];
  return source.items(at).flatMap((item) => {
    const text = source.text(item) ?? '';
    if (!LANGUAGE.test(text)) source.report(item, 'wrong_type', 'expected a language such as en or pt-BR');
    return text;
  });
}
