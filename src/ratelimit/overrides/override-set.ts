import type { DescriptorEntry } from '../rules/match.ts';
import type { LimitOverride } from './override.ts';

interface Indexed {
  override: LimitOverride;
  /** Milliseconds since the epoch; never: Infinity. */
  expiresAtMs: number;
}

/** The overrides of one limit that name the same keys: the values of those keys -> override. */
interface KeyGroup {
  keys: readonly string[];
  byValues: Map<string, Indexed>;
}

/** All overrides in force, so arranged that finding one costs the same however many there are. */
export interface OverrideSet {
  size: number;
  /**
   * The override for a descriptor that meets a limit: the one with the most entries; among those with as many, the
   * one whose keys come first in the alphabet. One that has expired is passed over.
   * @param limit its name
   */
  find(domain: string, limit: string, entries: readonly DescriptorEntry[]): LimitOverride | undefined;
}

export const NO_OVERRIDES: OverrideSet = { size: 0, find: () => undefined };

/** @param now milliseconds since the epoch */
export function createOverrideSet(overrides: readonly LimitOverride[], now: () => number): OverrideSet {
  if (overrides.length === 0) return NO_OVERRIDES;
  const domains = new Map<string, Map<string, KeyGroup[]>>();
  for (const override of overrides) insert(domains, override);
  for (const limits of domains.values()) for (const groups of limits.values()) groups.sort(mostKeysFirst);
  return {
    size: overrides.length,
    find(domain, limit, entries) {
      const groups = domains.get(domain)?.get(limit);
      if (groups === undefined) return undefined;
      for (const { keys, byValues } of groups) {
        const values = valuesOf(keys, entries);
        const found = values === undefined ? undefined : byValues.get(values);
        if (found === undefined) continue;
        if (found.expiresAtMs === Number.POSITIVE_INFINITY || found.expiresAtMs > now())
          return found.override;
      }
      return undefined;
    },
  };
}

function insert(domains: Map<string, Map<string, KeyGroup[]>>, override: LimitOverride): void {
  const { domain, limit, entries, expiresAt } = override;
  const limits = domains.get(domain) ?? new Map<string, KeyGroup[]>();
  domains.set(domain, limits);
  const groups = limits.get(limit) ?? [];
  limits.set(limit, groups);
  const keys = Object.keys(entries).sort();
  let group = groups.find((other) => sameKeys(other.keys, keys));
  if (group === undefined) {
    group = { keys, byValues: new Map() };
    groups.push(group);
  }
  const expiresAtMs = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  group.byValues.set(join(keys.map((key) => entries[key] as string)), { override, expiresAtMs });
}

function mostKeysFirst(a: KeyGroup, b: KeyGroup): number {
  if (a.keys.length !== b.keys.length) return b.keys.length - a.keys.length;
  const differs = a.keys.findIndex((key, index) => key !== b.keys[index]);
  return (a.keys[differs] as string) < (b.keys[differs] as string) ? -1 : 1;
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

/** @returns undefined where the descriptor lacks one of the keys */
function valuesOf(keys: readonly string[], entries: readonly DescriptorEntry[]): string | undefined {
  const values: string[] = [];
  for (const key of keys) {
    const entry = entries.find((candidate) => candidate.key === key);
    if (entry === undefined) return undefined;
    values.push(entry.value);
  }
  return join(values);
}

/** With their lengths, so that no value can look like two. */
function join(values: readonly string[]): string {
  return values.map((value) => `${value.length}:${value}`).join('');
}
