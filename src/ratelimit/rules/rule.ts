import type { Json, Place } from '../../rule-files/index.ts';
import type { Algorithm } from '../algorithms/algorithm.ts';
import type { Unit } from '../unit.ts';
import type { WildcardPattern } from './wildcard.ts';

/** requests_per_unit is a uint32 on the wire. */
export const MAX_REQUESTS = 2 ** 32 - 1;

/** One limit of a rule: so many hits by an algorithm. */
export interface Limit {
  /** Shown to callers; empty where the file gives none. */
  name: string;
  /** Hits in a window or period, tokens in refillMs, or leases at a time. */
  requests: number;
  /** What answers tell of the window: so many of these units. */
  unit: Unit;
  unitMultiplier: number;
  algorithm: Algorithm;
  /** Counts, but never refuses. */
  shadowMode: boolean;
}

/** Whether a request that is refused is charged to the buckets that it met. */
export type DeniedHits = 'consume' | 'free';

/** What the last level of a descriptor path says. */
export interface Rule {
  /** Where it was said; undefined for a limit that a request brought along. */
  place: Place | undefined;
  /** Name of its one limit; empty where it has none, several, or is unlimited. */
  name: string;
  /** Its path of keys and values below the domain, such as `tier_pro.client`: what metrics call it. */
  label: string;
  /** All of them hold; never empty. */
  limits: readonly Limit[] | 'unlimited';
  /** `consume` is what envoyproxy/ratelimit does: every bucket of a request is charged whatever the answer. */
  denied: DeniedHits;
  /**
   * Descriptor keys. Descriptors with the same values for them share a hash slot on Redis Cluster, so that they are decided
   * in one step; empty: each descriptor has a slot of its own, which its limits share.
   */
  slotBy: readonly string[];
  /** Refuses only together with every other rule of the request that is in this mode. */
  quotaMode: boolean;
  /** Names of the limits that do not count for a request that meets this rule. */
  replaces: readonly string[];
  /** Metrics tell the values of the request, also those that the file does not name. */
  detailedMetric: boolean;
  /** For Envoy's dynamic metadata where the request passes. */
  metadata: { readonly [key: string]: Json } | undefined;
}

/** A rule and the nodes that lead to it, one for each entry of the descriptor. */
export interface RuleMatch {
  rule: Rule;
  /** Empty where the request brought the rule along. */
  path: readonly RuleNode[];
}

export interface RuleNode {
  key: string;
  /** For descriptors that end here; undefined where there is no rule. Made once, so that what is made of it can be kept. */
  match: RuleMatch | undefined;
  below: RuleLevel;
  /** The value with a `*` whose matches share one bucket; undefined where each value has its own. */
  sharedValue: string | undefined;
  /** Key and value as the file has them: this level's part of a rule's label. */
  label: string;
  /** Metrics tell the request's value in place of the file's. */
  valueToMetric: boolean;
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

/** What is answered while the store is away: an error, as if there were no limits, or by a count of this process. */
export type StoreFailurePolicy = 'deny' | 'allow' | 'local';

export interface DomainRules {
  tree: RuleLevel;
  /** For limits that the request brings along. */
  denied: DeniedHits;
  slotBy: readonly string[];
  /** Undefined: ratelimit.onStoreFailure. */
  onStoreFailure: StoreFailurePolicy | undefined;
}

/** Every loaded rule, by domain. */
export type RuleSet = ReadonlyMap<string, DomainRules>;
