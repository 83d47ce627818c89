import type { BucketState, Check } from '../algorithms/bucket.ts';
import type { LimitOverride } from '../overrides/override.ts';
import type { DescriptorEntry } from '../rules/match.ts';
import type { Limit } from '../rules/rule.ts';
import type { LevelTrace } from './trace-match.ts';

/** A limit that a descriptor meets, as it holds for it now. */
export interface ExplainedLimit {
  /** As the rule file has it. */
  limit: Limit;
  /** What an operator has changed of it. */
  override?: LimitOverride & { id: string };
  /** The key in Redis; absent where the override leaves no limit. */
  bucket?: string;
  /** Absent where the store was not asked. */
  state?: ExplainedState;
}

export interface ExplainedState {
  used: number;
  remaining: number;
  resetMs: number;
  /** What a request with the given hits would get of this limit alone. */
  next: { allowed: boolean; remaining: number; resetMs: number };
}

/** Why a descriptor meets the limits that it meets, and what its next request would get. */
export interface Explanation {
  domain: string;
  entries: readonly DescriptorEntry[];
  hits: number;
  /** One for each entry, up to the first that has no place. */
  levels: readonly LevelTrace[];
  result:
    | { kind: 'unknown_domain'; domains: readonly string[] }
    | { kind: 'no_candidate' }
    | { kind: 'no_rule_here'; below: readonly string[] }
    | { kind: 'unlimited'; rule: string }
    | {
        kind: 'limited';
        rule: string;
        limits: readonly ExplainedLimit[];
        /** Of all limits together; absent where the store was not asked. */
        next?: 'allowed' | 'refused';
      };
}

/** Decides dry runs; absent where there is no store to ask. */
export type DryRun = (checks: readonly Check[]) => Promise<BucketState[][]>;
