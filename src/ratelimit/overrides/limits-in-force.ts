import type { DescriptorEntry } from '../rules/match.ts';
import type { Limit } from '../rules/rule.ts';
import type { LimitOverride } from './override.ts';
import type { OverrideSet } from './override-set.ts';

/** The limits of a rule for one descriptor, with what operators have changed. What has been counted stays counted. */
export function limitsInForce(
  limits: readonly Limit[],
  overrides: OverrideSet,
  domain: string,
  entries: readonly DescriptorEntry[],
): readonly Limit[] | 'unlimited' {
  if (overrides.size === 0) return limits;
  const inForce = limits.flatMap((limit) => {
    const override = limit.name === '' ? undefined : overrides.find(domain, limit.name, entries);
    return override === undefined ? limit : (overridden(limit, override) ?? []);
  });
  return inForce.length === 0 ? 'unlimited' : inForce;
}

/** @returns undefined where there is no limit any more */
export function overridden(limit: Limit, { requests, burst }: LimitOverride): Limit | undefined {
  if (requests === 'unlimited') return undefined;
  const { algorithm } = limit;
  if (algorithm.kind !== 'token_bucket' || burst === undefined) return { ...limit, requests };
  return { ...limit, requests, algorithm: { ...algorithm, burst } };
}
