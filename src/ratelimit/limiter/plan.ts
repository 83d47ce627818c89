import type { RedisKeys } from '../../redis/index.ts';
import type { Algorithm } from '../algorithms/algorithm.ts';
import type { BucketRequest, Check } from '../algorithms/bucket.ts';
import { RatelimitError } from '../error.ts';
import { limitsInForce } from '../overrides/limits-in-force.ts';
import { NO_OVERRIDES, type OverrideSet } from '../overrides/override-set.ts';
import type { RateLimitDescriptor, RateLimitOverride, RateLimitRequest } from '../rls/message.ts';
import { type DescriptorEntry, matchRule, type RuleMatch } from '../rules/match.ts';
import type { DomainRules, Limit, Rule, RuleNode, RuleSet } from '../rules/rule.ts';
import { parseUnit, UNIT_SECONDS } from '../unit.ts';
import { bucketKey } from './bucket-key.ts';

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
export function planRequest(
  rules: RuleSet,
  keys: Pick<RedisKeys, 'bucket'>,
  request: RateLimitRequest,
  lease: string,
  overrides: OverrideSet = NO_OVERRIDES,
): Plan {
  if (request.domain === '') throw new RatelimitError('invalid_request', 'the request names no domain');
  if (request.descriptors.length === 0) {
    throw new RatelimitError('invalid_request', 'the request has no descriptors');
  }
  if (request.descriptors.length > MAX_DESCRIPTORS) {
    const found = `the request has ${request.descriptors.length} descriptors; ${MAX_DESCRIPTORS} are taken at most`;
    throw new RatelimitError('invalid_request', found);
  }
  const domain = rules.get(request.domain);
  const matches = request.descriptors.map((descriptor) => domain && matchFor(domain, descriptor));
  const replaced = new Set(matches.flatMap((match) => match?.rule.replaces ?? []));
  const buckets: BucketRequest[] = [];
  const descriptors = request.descriptors.map((descriptor, index): PlannedDescriptor => {
    const match = matches[index];
    if (match === undefined) return { kind: 'no_rule' };
    const { rule } = match;
    if (rule.limits === 'unlimited') return { kind: 'unlimited' };
    const kept = rule.limits.filter(({ name }) => name === '' || !replaced.has(name));
    if (kept.length === 0) return { kind: 'replaced' };
    const { domain } = request;
    const limits = limitsInForce(kept, overrides, domain, descriptor.entries);
    if (limits === 'unlimited') return { kind: 'unlimited' };
    const firstBucket = buckets.length;
    const hits = hitsOf(request, descriptor);
    for (const limit of limits) {
      buckets.push(bucketFor({ keys, domain, entries: descriptor.entries, match, limit, hits, lease }));
    }
    return { kind: 'limited', match, rule, limits, firstBucket };
  });
  return { descriptors, check: { buckets, dryRun: false } };
}

export interface BucketOptions {
  keys: Pick<RedisKeys, 'bucket'>;
  domain: string;
  /** Of the descriptor. */
  entries: readonly DescriptorEntry[];
  match: RuleMatch;
  /** One of the match's, as it is in force. */
  limit: Limit;
  hits: number;
  lease: string;
}

/** What one limit asks of its bucket. */
export function bucketFor(options: BucketOptions): BucketRequest {
  const { keys, domain, entries, match, limit, hits, lease } = options;
  return {
    key: bucketKey(keys, domain, bucketEntries(entries, match.path), limit, match.rule.slotBy),
    limit: limit.requests,
    denied: match.rule.denied,
    // Limits in quota mode refuse only together, which the answer tells: none of them keeps others from being charged.
    shadowMode: limit.shadowMode || match.rule.quotaMode,
    hits,
    ...countedBy(limit.algorithm, lease),
  };
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

function countedBy(algorithm: Algorithm, lease: string) {
  return algorithm.kind === 'concurrency' ? { algorithm, lease } : { algorithm };
}

/** Values that share a threshold are counted under the wildcard that they fit. */
function bucketEntries(
  entries: readonly DescriptorEntry[],
  path: readonly RuleNode[],
): readonly DescriptorEntry[] {
  if (!path.some(({ sharedValue }) => sharedValue !== undefined)) return entries;
  return entries.map(({ key, value }, index) => ({ key, value: path[index]?.sharedValue ?? value }));
}

/** The descriptor's own hits go before the request's, also where they are 0; 0 for the request means 1. */
function hitsOf(request: RateLimitRequest, descriptor: RateLimitDescriptor): number {
  const hits = Math.min(descriptor.hits_addend?.value ?? (request.hits_addend || 1), MAX_HITS);
  return descriptor.is_negative_hits ? -hits : hits;
}
