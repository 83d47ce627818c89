import { UNIT_SECONDS, type Unit } from '../unit.ts';
import type { WildcardPattern } from './wildcard.ts';

/** So many hits in each window of unitMultiplier units. */
export interface Limit {
  requestsPerUnit: number;
  unit: Unit;
  unitMultiplier: number;
}

/** What the last level of a descriptor path says. */
export interface Rule {
  /** Shown to callers; empty where the file gives none. */
  name: string;
  limit: Limit | 'unlimited';
  /** Counts, but never refuses. */
  shadowMode: boolean;
}

export interface RuleNode {
  rule: Rule | undefined;
  below: RuleLevel;
}

/** One level of a domain's tree. Keys and values stay apart, so that `a_b` is never taken for `a` with `b`. */
export interface RuleLevel {
  /** key -> value as written -> node. */
  byValue: Map<string, Map<string, RuleNode>>;
  /** key -> the values of byValue that hold a `*`, in file order. */
  byWildcard: Map<string, { pattern: WildcardPattern; node: RuleNode }[]>;
  /** key alone -> node. */
  byKey: Map<string, RuleNode>;
}

/** Every loaded rule: domain -> tree. */
export type RuleSet = ReadonlyMap<string, RuleLevel>;

export function windowMs(limit: Limit): number {
  return UNIT_SECONDS[limit.unit] * limit.unitMultiplier * 1000;
}
