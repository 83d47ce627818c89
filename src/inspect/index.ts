export { CANARY_BYTES, type Canary, makeCanary } from './canary.ts';
export {
  type Inspection,
  type InspectOptions,
  inspect,
  prepareInspection,
  type Reason,
} from './inspect.ts';
export { type CheckedRules, checkRuleFiles } from './rules/check.ts';
export { loadRuleBook, type OwnRuleSources } from './rules/load.ts';
export { compileRuleBook, type OwnRules, type RuleBook } from './rules/rule-book.ts';
export type { Preset } from './rules/shipped-rules.ts';
export { REASON_CLASSES, type ReasonClass, type Thresholds, type Verdict } from './verdict.ts';
