export { describeProblem, type RuleProblem, RulesError } from '../rule-files/index.ts';
export type {
  ConsumerList,
  DescriptorName,
  LimitAdministration,
  ListedOverride,
} from './administration/administration.ts';
export { LimitsError, type LimitsErrorCode } from './administration/error.ts';
export { explainInstallation, type InstallationExplanation } from './administration/explain-without-store.ts';
export { installedRuleFiles } from './administration/installed-rules.ts';
export { openLimitAdministration, withLimitAdministration } from './administration/open.ts';
export type { Algorithm, QuotaPeriod } from './algorithms/algorithm.ts';
export type { BucketRequest, BucketState, Check } from './algorithms/bucket.ts';
export { RatelimitError } from './error.ts';
export type { ExplainedLimit, Explanation } from './explain/explanation.ts';
export type { Candidate, LevelTrace } from './explain/trace-match.ts';
export { type LimitsClient, openLimitsClient } from './limits-client.ts';
export type { Offender } from './offenders/offender.ts';
export type { OffenderList } from './offenders/shared-offenders.ts';
export {
  overrideBurstSchema,
  overrideFigureSchema,
  overrideReasonSchema,
  overrideTargetSchema,
} from './overrides/override.ts';
export type { ReplayResult } from './replay/replay.ts';
export { replayFiles } from './replay/replay-files.ts';
export type { RulesTally } from './replay/tally.ts';
export { type CheckedRules, checkRules } from './rules/check.ts';
export { describeLimit } from './rules/describe-limit.ts';
export type { ListedNode, ListedRules } from './rules/list-rules.ts';
export { type RatelimitOptions, type RunningRatelimit, startRatelimit } from './server.ts';
export { type RatelimitEnvironment, ratelimitEnvironment } from './settings/environment.ts';
export { settingsReference } from './settings/reference.ts';
export type { RulesReport } from './status/report.ts';
export type { RulesStatusList } from './status/shared-status.ts';
export { openStores } from './stores.ts';
export { createStreamPlaces, type StreamPlace, type StreamPlaces } from './stream-places.ts';
export { createTokenBudget, type TokenBudget } from './token-budget.ts';
