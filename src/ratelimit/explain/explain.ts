import type { RedisKeys } from '../../redis/index.ts';
import type { BucketRequest, BucketState } from '../algorithms/bucket.ts';
import { BucketKeys } from '../limiter/bucket-key.ts';
import { bucketRequest } from '../limiter/plan.ts';
import { overridden } from '../overrides/limits-in-force.ts';
import { overrideId } from '../overrides/override.ts';
import type { OverrideSet } from '../overrides/override-set.ts';
import type { DescriptorEntry } from '../rules/match.ts';
import type { Rule, RuleMatch, RuleSet } from '../rules/rule.ts';
import type { DryRun, ExplainedLimit, Explanation } from './explanation.ts';
import { traceMatch } from './trace-match.ts';

export interface ExplainOptions {
  rules: RuleSet;
  overrides: OverrideSet;
  keys: RedisKeys;
  /** Absent: only the matching is explained. */
  dryRun?: DryRun | undefined;
  domain: string;
  entries: readonly DescriptorEntry[];
  hits: number;
}

/**
 * Which rule a descriptor meets and why not the others, what is counted for it now, and what its next request would
 * get. Charges nothing.
 * @throws what the store throws
 */
export async function explain(options: ExplainOptions): Promise<Explanation> {
  const { rules, domain, entries, hits } = options;
  const found = rules.get(domain);
  if (found === undefined) {
    const result = { kind: 'unknown_domain' as const, domains: [...rules.keys()] };
    return { domain, entries, hits, levels: [], result };
  }
  const { levels, outcome } = traceMatch(found.tree, entries);
  const result = outcome.kind === 'matched' ? await explainRule(options, outcome.match) : outcome;
  return { domain, entries, hits, levels, result };
}

async function explainRule(options: ExplainOptions, match: RuleMatch): Promise<Explanation['result']> {
  const { rule } = match;
  if (rule.limits === 'unlimited') return { kind: 'unlimited', rule: rule.label };
  const limits: ExplainedLimit[] = [];
  const buckets: BucketRequest[] = [];
  const { keys, domain, entries } = options;
  const bucketKeys = new BucketKeys(keys, domain, match);
  const name = bucketKeys.nameOf(entries);
  const slot = bucketKeys.slotOf(entries);
  for (const [place, limit] of rule.limits.entries()) {
    const { explained, bucket } = explainLimit(options, rule, limit, bucketKeys.keyOf(place, name, slot));
    limits.push(explained);
    if (bucket !== undefined) buckets.push(bucket);
  }
  const result = { kind: 'limited' as const, rule: rule.label, limits };
  if (options.dryRun === undefined) return result;
  if (buckets.length === 0) return { ...result, next: 'allowed' };

  const look = buckets.map((bucket) => ({ ...bucket, hits: 0 }));
  const [now = [], next = []] = await options.dryRun([
    { buckets: look, dryRun: true },
    { buckets, dryRun: true },
  ]);
  for (const [index, bucket] of buckets.entries()) {
    const limit = limits.find((candidate) => candidate.bucket === bucket.key);
    if (limit !== undefined) limit.state = stateOf(bucket, now[index], next[index]);
  }
  const refused = limits.some(({ limit, state }) => state && !state.next.allowed && !limit.shadowMode);
  return { ...result, next: refused ? 'refused' : 'allowed' };
}

function explainLimit(
  { domain, entries, hits, overrides }: ExplainOptions,
  rule: Rule,
  limit: ExplainedLimit['limit'],
  key: string,
): { explained: ExplainedLimit; bucket?: BucketRequest } {
  const override = limit.name === '' ? undefined : overrides.find(domain, limit.name, entries);
  const inForce = override === undefined ? limit : overridden(limit, override);
  const explained: ExplainedLimit = {
    limit,
    ...(override !== undefined && { override: { id: overrideId(override), ...override } }),
  };
  if (inForce === undefined) return { explained };
  const bucket = bucketRequest(key, rule, inForce, hits, 'explain');
  return { explained: { ...explained, bucket: bucket.key }, bucket };
}

function stateOf(
  { hits }: BucketRequest,
  now: BucketState | undefined,
  next: BucketState | undefined,
): NonNullable<ExplainedLimit['state']> {
  if (now === undefined || next === undefined) throw new RangeError('a bucket has no state');
  const { used, remaining, resetMs } = now;
  // A dry run tells the bucket uncharged.
  const left = next.over ? remaining : Math.max(remaining - hits, 0);
  return {
    ...{ used, remaining, resetMs },
    next: { allowed: !next.over, remaining: left, resetMs: next.resetMs },
  };
}
