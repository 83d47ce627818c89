import type { RedisKeys } from '../../redis/index.ts';
import type { BucketRequest, Check } from '../algorithms/bucket.ts';
import { RatelimitError } from '../error.ts';
import { limitInForce } from '../overrides/limits-in-force.ts';
import { NO_OVERRIDES, type OverrideSet } from '../overrides/override-set.ts';
import type { RateLimitDescriptor, RateLimitOverride, RateLimitRequest } from '../rls/message.ts';
import { matchRule } from '../rules/match.ts';
import type { DomainRules, Limit, Rule, RuleMatch, RuleSet } from '../rules/rule.ts';
import { parseUnit, UNIT_SECONDS } from '../unit.ts';
import { BucketKeys } from './bucket-key.ts';

/** Of one request, decided in one step. Envoy sends as many as its route has rate limit actions, which are dozens at most. */
const MAX_DESCRIPTORS = 1000;
/** Longest window of a limit that a request brings along: 10,000 years, the longest google.protobuf.Duration. */
const MAX_WINDOW_MS = 315_576_000_000_000;
/** Of a descriptor, whose hits are a uint64 on the wire, as of a request: more fit no limit, which is a uint32. */
const MAX_HITS = 2 ** 32 - 1;

/** What is to be done for one descriptor. */
export type PlannedDescriptor =
  | { kind: 'no_rule' }
  | { kind: 'unlimited' }
  /** Another rule of the same request replaces all of its limits. */
  | { kind: 'replaced' }
  | PlannedLimits;

export interface PlannedLimits {
  kind: 'limited';
  match: RuleMatch;
  rule: Rule;
  /** Those of the rule that are not replaced. */
  limits: readonly Limit[];
  /** Place in the check of the first limit's bucket; those of the others follow it. */
  firstBucket: number;
}

export interface Plan {
  descriptors: PlannedDescriptor[];
  check: Check;
}

/**
 * Which rule each descriptor meets and what it asks of which buckets. A descriptor of an unknown domain, or one that
 * meets no rule, is not limited.
 * @param lease names the request, for limits of how many run at a time
 * @param overrides what operators have changed of the rules' limits
 * @throws RatelimitError invalid_request
 */
export type PlanRequest = (
  rules: RuleSet,
  request: RateLimitRequest,
  lease: string,
  overrides?: OverrideSet,
) => Plan;

/** Makes plans; what is the same for all requests that meet a rule is made for the first of them and kept with the rule. */
export function createPlanner(keys: Pick<RedisKeys, 'buckets'>): PlanRequest {
  const known = new WeakMap<RuleMatch, BucketKeys>();
  const keysOf = (domain: string, match: RuleMatch): BucketKeys => {
    let found = known.get(match);
    if (found === undefined) {
      found = new BucketKeys(keys, domain, match);
      known.set(match, found);
    }
    return found;
  };

  return (rules, request, lease, overrides = NO_OVERRIDES) => {
    checkRequest(request);
    const domain = rules.get(request.domain);
    const { descriptors: asked } = request;
    // Lists are made as long as they become: those that grow take more memory than all that is in them.
    const matches = new Array<RuleMatch | undefined>(asked.length);
    let most = 0;
    for (let index = 0; index < asked.length; index += 1) {
      const match = domain && matchFor(domain, asked[index] as RateLimitDescriptor);
      matches[index] = match;
      if (match !== undefined && match.rule.limits !== 'unlimited') most += match.rule.limits.length;
    }
    const replaced = replacedNames(matches);
    const isByRulesAlone = overrides.size === 0 && replaced.size === 0;
    const buckets = new Array<BucketRequest>(most);
    let count = 0;

    const planDescriptor = (
      descriptor: RateLimitDescriptor,
      match: RuleMatch | undefined,
    ): PlannedDescriptor => {
      if (match === undefined) return NO_RULE;
      const { rule } = match;
      if (rule.limits === 'unlimited') return UNLIMITED;
      const { entries } = descriptor;
      const hits = hitsOf(request, descriptor);
      const bucketKeys = keysOf(request.domain, match);
      const name = bucketKeys.nameOf(entries);
      const slot = bucketKeys.slotOf(entries);
      const firstBucket = count;
      if (isByRulesAlone) {
        const { limits } = rule;
        for (let place = 0; place < limits.length; place += 1) {
          const key = bucketKeys.keyOf(place, name, slot);
          buckets[count] = bucketRequest(key, rule, limits[place] as Limit, hits, lease);
          count += 1;
        }
        return { kind: 'limited', match, rule, limits, firstBucket };
      }
      const limits: Limit[] = [];
      let isReplaced = true;
      for (let place = 0; place < rule.limits.length; place += 1) {
        const limit = rule.limits[place] as Limit;
        if (limit.name !== '' && replaced.has(limit.name)) continue;
        isReplaced = false;
        const inForce = limitInForce(limit, overrides, request.domain, entries);
        if (inForce === undefined) continue;
        limits.push(inForce);
        buckets[count] = bucketRequest(bucketKeys.keyOf(place, name, slot), rule, inForce, hits, lease);
        count += 1;
      }
      if (limits.length === 0) return isReplaced ? REPLACED : UNLIMITED;
      return { kind: 'limited', match, rule, limits, firstBucket };
    };

    const descriptors = new Array<PlannedDescriptor>(asked.length);
    for (let index = 0; index < asked.length; index += 1) {
      descriptors[index] = planDescriptor(asked[index] as RateLimitDescriptor, matches[index]);
    }
    buckets.length = count;
    return { descriptors, check: { buckets, dryRun: false } };
  };
}

const NO_RULE: PlannedDescriptor = { kind: 'no_rule' };
const UNLIMITED: PlannedDescriptor = { kind: 'unlimited' };
const REPLACED: PlannedDescriptor = { kind: 'replaced' };

function checkRequest({ domain, descriptors }: RateLimitRequest): void {
  if (domain === '') throw new RatelimitError('invalid_request', 'the request names no domain');
  if (descriptors.length === 0) {
    throw new RatelimitError('invalid_request', 'the request has no descriptors');
  }
  if (descriptors.length > MAX_DESCRIPTORS) {
    const found = `the request has ${descriptors.length} descriptors; ${MAX_DESCRIPTORS} are taken at most`;
    throw new RatelimitError('invalid_request', found);
  }
}

const NOTHING_REPLACED: ReadonlySet<string> = new Set();

/** Names of the limits that do not count because the request meets a rule that replaces them. */
function replacedNames(matches: readonly (RuleMatch | undefined)[]): ReadonlySet<string> {
  if (matches.every((match) => match === undefined || match.rule.replaces.length === 0)) {
    return NOTHING_REPLACED;
  }
  return new Set(matches.flatMap((match) => match?.rule.replaces ?? []));
}

/** What one limit of a rule asks of its bucket. @param limit as it is in force */
export function bucketRequest(
  key: string,
  { denied, quotaMode }: Rule,
  { algorithm, requests, shadowMode }: Limit,
  hits: number,
  lease: string,
): BucketRequest {
  // Limits in quota mode refuse only together, which the answer tells: none of them keeps others from being charged.
  const mayPass = shadowMode || quotaMode;
  return algorithm.kind === 'concurrency'
    ? { key, limit: requests, denied, shadowMode: mayPass, hits, algorithm, lease }
    : { key, limit: requests, denied, shadowMode: mayPass, hits, algorithm };
}

/** A limit that the request brings along goes before the rules, and is never in shadow mode. */
function matchFor(domain: DomainRules, descriptor: RateLimitDescriptor): RuleMatch | undefined {
  if (descriptor.limit === null) return matchRule(domain.tree, descriptor.entries);
  const limit = overrideLimit(descriptor.limit);
  const rule: Rule = {
    place: undefined,
    label: 'override',
    name: '',
    limits: [limit],
    denied: domain.denied,
    slotBy: domain.slotBy,
    quotaMode: false,
    replaces: [],
    detailedMetric: false,
    metadata: undefined,
  };
  return { rule, path: [] };
}

function overrideLimit(override: RateLimitOverride): Limit {
  const unit = parseUnit(String(override.unit));
  // A multiplier of 0 would be a window without length; Envoy reads an absent one as 1.
  const unitMultiplier = override.unit_multiplier?.value || 1;
  if (unit === undefined) {
    throw new RatelimitError('invalid_request', `the override has an unknown unit ${override.unit}`);
  }
  const windowMs = Math.min(UNIT_SECONDS[unit] * unitMultiplier * 1000, MAX_WINDOW_MS);
  return {
    name: '',
    requests: override.requests_per_unit,
    unit,
    unitMultiplier,
    algorithm: { kind: 'fixed_window', windowMs },
    shadowMode: false,
  };
}

/** The descriptor's own hits go before the request's, also where they are 0; 0 for the request means 1. */
function hitsOf(request: RateLimitRequest, descriptor: RateLimitDescriptor): number {
  const hits = Math.min(descriptor.hits_addend?.value ?? (request.hits_addend || 1), MAX_HITS);
  return descriptor.is_negative_hits ? -hits : hits;
}
