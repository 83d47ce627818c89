export { loadRules } from './rules/load.ts';
export { type RuleProblem, type RuleProblemCode, RulesError } from './rules/problem.ts';
export type { RuleSet } from './rules/rule.ts';
export { type RatelimitOptions, type RunningRatelimit, startRatelimit } from './server.ts';
