import type { FailureLog } from '../../telemetry/index.ts';
import type { BucketState, Check } from '../algorithms/bucket.ts';
import type { DecideInMemory } from '../algorithms/memory-buckets.ts';
import { RatelimitError } from '../error.ts';
import type { StoreFailurePolicy } from '../rules/rule.ts';
import type { Limiter } from './limiter.ts';
import { shareOfLimits } from './share-of-limits.ts';
import { type StoreFailure, storeFailure } from './store-error.ts';

/** Who has decided a check: the store, this process alone, or nobody because the policy is to allow. */
export type Decision = { by: 'store' | 'local'; states: readonly BucketState[] } | { by: 'nobody' };

/** Decides checks in the store, and by policy while that cannot be done. */
export interface PolicyLimiter {
  /**
   * @param policy of the domain; undefined for the one of the configuration
   * @throws RatelimitError store_unavailable where the policy is to deny; under any policy what is a bug
   */
  check(check: Check, policy: StoreFailurePolicy | undefined): Promise<Decision>;
}

export interface PolicyLimiterOptions {
  limiter: Limiter;
  defaultPolicy: StoreFailurePolicy;
  /** Counts while the policy is `local`; keeps its counts from one outage to the next, as far as they still count. */
  local: { decide: DecideInMemory; share: number };
  failures: FailureLog;
  /** Learns of each check that the store could not decide. */
  onFallback?: (failure: StoreFailure, policy: StoreFailurePolicy) => void;
}

export function createPolicyLimiter(options: PolicyLimiterOptions): PolicyLimiter {
  const { limiter, defaultPolicy, local, failures, onFallback } = options;

  const decideAlone = (policy: StoreFailurePolicy, check: Check): Decision => {
    if (policy === 'deny') throw new RatelimitError('store_unavailable', 'Redis is away');
    if (policy === 'allow') return { by: 'nobody' };
    const [states = []] = local.decide([shareOfLimits(check, local.share)]);
    return { by: 'local', states };
  };

  const decidedByStore = (states: readonly BucketState[]): Decision => {
    failures.succeeded();
    return { by: 'store', states };
  };

  return {
    check(check, policy = defaultPolicy) {
      return limiter.check(check).then(decidedByStore, (error: unknown) => {
        const failure = storeFailure(error);
        if (failure === undefined) throw error;
        failures.failed(error);
        onFallback?.(failure, policy);
        return decideAlone(policy, check);
      });
    },
  };
}
