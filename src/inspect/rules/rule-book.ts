import { type RuleProblem, RulesError, type RuleTexts } from '../../rule-files/index.ts';
import { suggestNearest } from '../../spelling/index.ts';
import { type AllowedPhrases, compilePhrases, phraseProblem } from './allowed-phrases.ts';
import { type ParsedRules, parseRules } from './parse.ts';
import type { Rule } from './rule.ts';
import { compileRuleSet, type RuleSet } from './rule-set.ts';
import { type Preset, SHIPPED_RULES } from './shipped-rules.ts';

/** What texts are inspected by, besides the model. */
export interface RuleBook {
  /** What ships, and what was added to it. */
  sets: Readonly<Record<Preset, RuleSet>>;
  allowed: AllowedPhrases;
}

/** What a rule book is made of besides what ships: plain data, which threads can be given. */
export interface OwnRules {
  texts: RuleTexts['texts'];
  /** Phrases that are no part of an attack, beside those of the files. */
  allow: readonly string[];
}

/** More than anybody reads; each costs a little on every text. */
const MAX_RULES = 1_000;
const MAX_PHRASES = 1_000;

/**
 * Makes a rule book of what ships and what is added to it. A rule of the name of one that ships takes its place.
 * @param problems of reading the files
 * @throws RulesError that lists everything wrong in all files, each with its place
 */
export function compileRuleBook(own: OwnRules, problems: readonly RuleProblem[] = []): RuleBook {
  const parsed = own.texts.map((text) => parseRules(text));
  const found = [
    ...problems,
    ...wrongPhrases(own.allow),
    ...parsed.flatMap((file) => file.problems),
    ...namesakes(parsed),
    ...unknownNames(parsed),
    ...tooMany(parsed, own),
  ];
  if (found.length > 0) throw new RulesError(found);
  const rules = parsed.flatMap((file) => file.rules);
  const failing = failingExamples(rules);
  if (failing.length > 0) throw new RulesError(failing);
  const disabled = new Set(parsed.flatMap(({ disable }) => disable.map(({ name }) => name)));
  const replaced = new Set([...disabled, ...rules.map(({ name }) => name)]);
  const setOf = (preset: Preset) =>
    compileRuleSet([...SHIPPED_RULES[preset].filter(({ name }) => !replaced.has(name)), ...rules]);
  return {
    sets: { default: setOf('default'), guide: setOf('guide') },
    allowed: compilePhrases([...own.allow, ...parsed.flatMap(({ allow }) => allow)]),
  };
}

/** What is wrong with the examples of rules: those that they do not match, and those that they should not. */
export function failingExamples(rules: readonly Rule[]): RuleProblem[] {
  const set = compileRuleSet(rules);
  const matches = (rule: Rule, text: string) => set.match(text).some((match) => match.rule === rule);
  return rules.flatMap((rule) => {
    const problems = (kind: 'match' | 'pass', reason: string) =>
      rule.examples[kind]
        .filter(({ text }) => matches(rule, text) !== (kind === 'match'))
        .map(
          ({ place, text }): RuleProblem => ({
            ...place,
            path: '',
            code: 'failing_example',
            reason: `rule ${rule.name} ${reason} ${JSON.stringify(text)}`,
          }),
        );
    return [...problems('match', 'does not match its example'), ...problems('pass', 'must not match')];
  });
}

function wrongPhrases(allow: readonly string[]): RuleProblem[] {
  return allow.flatMap((phrase, at): RuleProblem[] => {
    const reason = phraseProblem(phrase);
    if (reason === undefined) return [];
    return [
      { file: `inspection.allow[${at}]`, line: 0, column: 0, path: '', code: 'invalid_phrase', reason },
    ];
  });
}

function namesakes(parsed: readonly ParsedRules[]): RuleProblem[] {
  const seen = new Map<string, Rule>();
  return parsed
    .flatMap(({ rules }) => rules)
    .flatMap((rule): RuleProblem[] => {
      const first = seen.get(rule.name);
      if (first === undefined) {
        seen.set(rule.name, rule);
        return [];
      }
      const { file, line } = first.place;
      const reason = `rule ${rule.name} is there already, in ${file}:${line}`;
      return [{ ...rule.place, path: '', code: 'duplicate_rule', reason }];
    });
}

function unknownNames(parsed: readonly ParsedRules[]): RuleProblem[] {
  const known = Object.values(SHIPPED_RULES).flatMap((rules) => rules.map(({ name }) => name));
  return parsed
    .flatMap(({ disable }) => disable)
    .filter(({ name }) => !known.includes(name))
    .map(({ name, path, place }) => ({
      ...place,
      path,
      code: 'unknown_rule',
      reason: `no rule that ships has the name ${name}${suggestNearest(name, known)}`,
    }));
}

function tooMany(parsed: readonly ParsedRules[], { allow }: OwnRules): RuleProblem[] {
  const rules = parsed.flatMap((file) => file.rules);
  const phrases = allow.length + parsed.flatMap((file) => file.allow).length;
  const { place } = rules[MAX_RULES] ?? {};
  const at = place ?? { file: 'inspection.allow', line: 0, column: 0 };
  if (place === undefined && phrases <= MAX_PHRASES) return [];
  const reason = `there may be ${MAX_RULES} rules and ${MAX_PHRASES} phrases in all files together`;
  return [{ ...at, path: '', code: 'too_many_rules', reason }];
}
