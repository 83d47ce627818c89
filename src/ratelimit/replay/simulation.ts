import type { RedisKeys } from '../../redis/index.ts';
import { createMemoryBuckets, type DecideInMemory } from '../algorithms/memory-buckets.ts';
import { createPlanner } from '../limiter/plan.ts';
import type { RateLimitRequest } from '../rls/message.ts';
import type { Limit, RuleSet } from '../rules/rule.ts';

/** What one limit said to one descriptor of a request. */
export interface SimulatedLimit {
  limit: Limit;
  /** The rule's path in the file, for limits without a name. */
  rule: string;
  /** Place of the descriptor in the request. */
  descriptor: number;
  refuses: boolean;
}

/** What a request would have got. */
export interface SimulatedAnswer {
  limited: boolean;
  /** All limits that it met. */
  limits: readonly SimulatedLimit[];
}

/** Answers requests by a set of rules on a clock of its own. Nothing else goes into an answer. */
export interface Simulation {
  /** @param atMs milliseconds since the epoch; never before the last one's */
  answer(request: RateLimitRequest, atMs: number, lease: string): SimulatedAnswer;
}

/** Each takes some 300 bytes. With more descriptors than this at the same time, the idlest start from empty again. */
const MAX_BUCKETS = 500_000;

const KEYS: Pick<RedisKeys, 'buckets'> = {
  buckets: (domain, window) => (descriptor) => `${domain} ${descriptor} ${window}`,
};

/** @param maxBuckets for tests */
export function createSimulation(rules: RuleSet, maxBuckets = MAX_BUCKETS): Simulation {
  let nowMs = 0;
  const plan = createPlanner(KEYS);
  const decide: DecideInMemory = createMemoryBuckets({ now: () => nowMs, maxBuckets });
  return {
    answer(request, atMs, lease) {
      nowMs = atMs;
      const { descriptors, check } = plan(rules, request, lease);
      const [states = []] = check.buckets.length === 0 ? [] : decide([check]);
      const limits: SimulatedLimit[] = [];
      for (const [descriptor, planned] of descriptors.entries()) {
        if (planned.kind !== 'limited') continue;
        for (const [offset, limit] of planned.limits.entries()) {
          const over = states[planned.firstBucket + offset]?.over === true;
          const refuses = over && !limit.shadowMode;
          limits.push({ limit, rule: planned.rule.label, descriptor, refuses });
        }
      }
      return { limited: limits.some(({ refuses }) => refuses), limits };
    },
  };
}
