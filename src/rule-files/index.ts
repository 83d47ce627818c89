export { type FollowOptions, followTexts } from './follow-texts.ts';
export type { Json } from './json.ts';

export {
  describeProblem,
  type Place,
  type RuleProblem,
  type RuleProblemCode,
  RulesError,
} from './problem.ts';
export { type RuleText, type RuleTexts, readRuleTexts } from './read-texts.ts';
export { type FieldsOptions, type Located, RuleSource } from './source.ts';
export type { PathWatch, WatchOptions } from './watch-paths.ts';
