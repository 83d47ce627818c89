import type { DescriptorEntry } from '../rules/match.ts';
import type { Limit } from '../rules/rule.ts';
import type { LimitOverride } from './override.ts';
import type { OverrideSet } from './override-set.ts';

/**
 * A limit of a rule for one descriptor, with what operators have changed. What has been counted stays counted.
 * @returns undefined where there is no limit any more
 */
export function limitInForce(
  limit: Limit,
  overrides: OverrideSet,
  domain: string,
  entries: readonly DescriptorEntry[],
): Limit | undefined {
  if (overrides.size === 0 || limit.name === '') return limit;
  const override = overrides.find(domain, limit.name, entries);
  return override === undefined ? limit : overridden(limit, override);
}

/** What each override has made of the limit that it met last: nearly always the only one of that name. */
const made = new WeakMap<LimitOverride, { of: Limit; limit: Limit | undefined }>();

/** @returns undefined where there is no limit any more */
export function overridden(limit: Limit, override: LimitOverride): Limit | undefined {
  const last = made.get(override);
  if (last?.of === limit) return last.limit;
  const changed = change(limit, override);
  made.set(override, { of: limit, limit: changed });
  return changed;
}

function change(limit: Limit, { requests, burst }: LimitOverride): Limit | undefined {
  if (requests === 'unlimited') return undefined;
  const { algorithm } = limit;
  if (algorithm.kind !== 'token_bucket' || burst === undefined) return { ...limit, requests };
  return { ...limit, requests, algorithm: { ...algorithm, burst } };
}
