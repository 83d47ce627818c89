import type { RedisKeys } from '../../redis/index.ts';
import type { BucketRequest, Check } from '../algorithms/bucket.ts';
import { RatelimitError } from '../error.ts';
import type { RateLimitDescriptor, RateLimitOverride, RateLimitRequest } from '../rls/message.ts';
import { matchRule } from '../rules/match.ts';
import { type Limit, type Rule, type RuleLevel, type RuleSet, windowMs } from '../rules/rule.ts';
import { parseUnit } from '../unit.ts';
import { bucketKey } from './bucket-key.ts';

/** A rule that needs a bucket. */
export type LimitedRule = Rule & { limit: Limit };

/** What is to be done for one descriptor. */
export type PlannedDescriptor =
  | { kind: 'no_rule' }
  | { kind: 'unlimited' }
  /** @param bucket its place in the check */
  | { kind: 'limited'; rule: LimitedRule; bucket: number };

export interface Plan {
  descriptors: PlannedDescriptor[];
  check: Check;
}

/**
 * Which rule each descriptor meets and what it asks of which bucket. A descriptor of an unknown domain, or one that
 * meets no rule, is not limited.
 * @throws RatelimitError invalid_request
 */
export function planRequest(rules: RuleSet, keys: RedisKeys, request: RateLimitRequest): Plan {
  if (request.domain === '') throw new RatelimitError('invalid_request', 'the request names no domain');
  if (request.descriptors.length === 0) {
    throw new RatelimitError('invalid_request', 'the request has no descriptors');
  }
  const tree = rules.get(request.domain);
  const buckets: BucketRequest[] = [];
  const descriptors = request.descriptors.map((descriptor): PlannedDescriptor => {
    const rule = tree && ruleFor(tree, descriptor);
    if (rule === undefined) return { kind: 'no_rule' };
    const { limit } = rule;
    if (limit === 'unlimited') return { kind: 'unlimited' };
    buckets.push({
      key: bucketKey(keys, request.domain, descriptor.entries, limit),
      limit: limit.requestsPerUnit,
      algorithm: { kind: 'fixed_window', windowMs: windowMs(limit) },
      denied: 'free',
      shadowMode: rule.shadowMode,
      hits: hitsOf(request, descriptor),
    });
    return { kind: 'limited', rule: { ...rule, limit }, bucket: buckets.length - 1 };
  });
  return { descriptors, check: { buckets, dryRun: false } };
}

/** A limit that the request brings along goes before the rules, and is never in shadow mode. */
function ruleFor(tree: RuleLevel, descriptor: RateLimitDescriptor): Rule | undefined {
  if (descriptor.limit === null) return matchRule(tree, descriptor.entries);
  return { name: '', limit: overrideLimit(descriptor.limit), shadowMode: false };
}

function overrideLimit(override: RateLimitOverride): Limit {
  const unit = parseUnit(String(override.unit));
  // A multiplier of 0 would be a window without length; Envoy reads an absent one as 1.
  const unitMultiplier = override.unit_multiplier?.value || 1;
  if (unit === undefined) {
    throw new RatelimitError('invalid_request', `the override has an unknown unit ${override.unit}`);
  }
  return { requestsPerUnit: override.requests_per_unit, unit, unitMultiplier };
}

/** The descriptor's own hits go before the request's, also where they are 0; 0 for the request means 1. */
function hitsOf(request: RateLimitRequest, descriptor: RateLimitDescriptor): number {
  const hits = descriptor.hits_addend?.value ?? (request.hits_addend || 1);
  return descriptor.is_negative_hits ? -hits : hits;
}
