import type { BucketState } from '../algorithms/bucket.ts';
import type { Plan, PlannedDescriptor, PlannedLimits } from '../limiter/plan.ts';
import type { Limit } from '../rules/rule.ts';

/** What is configured for all rules of the service. */
export interface GlobalModes {
  /** Nothing is refused: statuses say what would be. */
  shadowMode: boolean;
  /** All limits refuse only together, as rules in quota mode do. */
  quotaMode: boolean;
}

/** One limit of a descriptor's rule after the check. */
export interface LimitState {
  limit: Limit;
  state: BucketState;
  refuses: boolean;
}

export interface DescriptorOutcome {
  planned: PlannedDescriptor;
  /** The limit that its status tells; undefined where none was counted. */
  decided: LimitState | undefined;
  /** All limits that were counted. */
  limits: readonly LimitState[];
  /** Whether it refuses only together with all others in this mode. */
  quotaMode: boolean;
}

export interface Outcome {
  descriptors: readonly DescriptorOutcome[];
  /** Of the limits that refuse the request, the one that does so longest. */
  refusal: LimitState | undefined;
  /** Whether the refusal is not told, for global shadow mode. */
  shadowed: boolean;
}

/**
 * Whether a request passes. One refusal is enough; those in quota mode count where all of them refuse, and a
 * descriptor without a limit that can refuse counts as one that does not. (As envoyproxy/ratelimit.)
 * @param states of the plan's check, in its order
 */
export function outcomeOf(plan: Plan, states: readonly BucketState[], modes: GlobalModes): Outcome {
  const { descriptors: planned } = plan;
  const descriptors = new Array<DescriptorOutcome>(planned.length);
  let quotasRefuse = true;
  for (let index = 0; index < planned.length; index += 1) {
    const outcome = descriptorOutcome(planned[index] as PlannedDescriptor, states, modes);
    descriptors[index] = outcome;
    if (outcome.quotaMode && !outcome.decided?.refuses) quotasRefuse = false;
  }
  let refusal: LimitState | undefined;
  for (const { decided, quotaMode } of descriptors) {
    if (decided?.refuses && (!quotaMode || quotasRefuse)) refusal = longer(refusal, decided);
  }
  return { descriptors, refusal, shadowed: modes.shadowMode };
}

function descriptorOutcome(
  planned: PlannedDescriptor,
  states: readonly BucketState[],
  modes: GlobalModes,
): DescriptorOutcome {
  const limits = planned.kind === 'limited' ? limitStates(planned, states) : NO_LIMITS;
  return { planned, decided: decidingLimit(limits), limits, quotaMode: inQuotaMode(planned, modes) };
}

const NO_LIMITS: readonly LimitState[] = [];

function inQuotaMode(planned: PlannedDescriptor, { quotaMode }: GlobalModes): boolean {
  if (planned.kind === 'unlimited') return false;
  return quotaMode || (planned.kind === 'limited' && planned.rule.quotaMode);
}

function limitStates({ limits, firstBucket }: PlannedLimits, states: readonly BucketState[]): LimitState[] {
  if (limits.length === 1) return [limitState(limits[0] as Limit, firstBucket, states)];
  return limits.map((limit, index) => limitState(limit, firstBucket + index, states));
}

function limitState(limit: Limit, bucket: number, states: readonly BucketState[]): LimitState {
  const state = states[bucket];
  if (state === undefined) throw new Error(`no state for bucket ${bucket} of ${states.length}`);
  return { limit, state, refuses: state.over && !limit.shadowMode };
}

/** What a descriptor of several limits tells: the refusal that lasts longest, else the limit with least room. */
function decidingLimit(limits: readonly LimitState[]): LimitState | undefined {
  let refusal: LimitState | undefined;
  let least: LimitState | undefined;
  for (const limit of limits) {
    if (limit.refuses) refusal = longer(refusal, limit);
    if (least === undefined || limit.state.remaining < least.state.remaining) least = limit;
  }
  return refusal ?? least;
}

/** Of two refusals the one that lasts longer, which is also the one that Envoy's retry-after header tells. */
function longer(found: LimitState | undefined, limit: LimitState): LimitState {
  return found !== undefined && limit.state.resetMs <= found.state.resetMs ? found : limit;
}

/** Whole seconds, rounded up: who waits as long as this finds a new window. */
export function resetSeconds({ resetMs }: BucketState): number {
  return Math.max(Math.ceil(resetMs / 1000), 1);
}
