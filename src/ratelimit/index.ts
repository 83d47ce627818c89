export type { DescriptorName, LimitAdministration, ListedOverride } from './administration/administration.ts';
export { LimitsError, type LimitsErrorCode } from './administration/error.ts';
export { openLimitAdministration, withLimitAdministration } from './administration/open.ts';
export type { Algorithm, QuotaPeriod } from './algorithms/algorithm.ts';
export type { BucketRequest, BucketState, Check } from './algorithms/bucket.ts';
export {
  overrideBurstSchema,
  overrideFigureSchema,
  overrideReasonSchema,
  overrideTargetSchema,
} from './overrides/override.ts';
export { type RuleProblem, RulesError } from './rules/problem.ts';
export { type RatelimitOptions, type RunningRatelimit, startRatelimit } from './server.ts';
