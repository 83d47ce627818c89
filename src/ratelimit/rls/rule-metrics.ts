import {
  createLabelBound,
  DECISION_BOUNDS_S,
  METRICS,
  type Metrics,
  slowTraceId,
  type TracedCaller,
} from '../../telemetry/index.ts';
import type { BucketRequest, BucketState } from '../algorithms/bucket.ts';
import type { Plan, PlannedLimits } from '../limiter/plan.ts';
import type { Rule } from '../rules/rule.ts';
import { labelHasValues, ruleLabel } from '../rules/rule-label.ts';
import type { RateLimitRequest } from './message.ts';
import type { Outcome } from './outcome.ts';

export interface RuleMetricsOptions {
  metrics: Metrics;
  /** Share of a limit from which hits count as near it. */
  nearLimitRatio: number;
  /** Rules that have metrics of their own, and as many again by the values of requests; the rest is `other`. */
  maxRules: number;
}

export interface RuleMetrics {
  observe(request: RateLimitRequest, plan: Plan, states: readonly BucketState[], outcome: Outcome): void;
  took(elapsedMs: number, caller: TracedCaller | undefined): void;
}

/** Plain numbers, added up as requests come; the library takes them over only when somebody reads them. */
interface Counts {
  hits: number;
  within: number;
  near: number;
  over: number;
  shadow: number;
}

const COUNTED = {
  hits: METRICS.ratelimitHits,
  within: METRICS.ratelimitWithinLimitHits,
  near: METRICS.ratelimitNearLimitHits,
  over: METRICS.ratelimitOverLimitHits,
  shadow: METRICS.ratelimitShadowHits,
} as const;

/**
 * Hits by rule, as envoyproxy/ratelimit counts them: of hits that cross a threshold only those beyond it are near or
 * over the limit. Where a refused request is charged to nothing, all of its hits are over the limit.
 */
export function createRuleMetrics({ metrics, nearLimitRatio, maxRules }: RuleMetricsOptions): RuleMetrics {
  const counts = new Map<string, { domain: string; rule: string; counts: Counts }>();
  /** Of rules whose label has no values of requests. */
  const ofRules = new WeakMap<Rule, Counts>();
  const ofFiles = createLabelBound(maxRules);
  const ofRequests = createLabelBound(maxRules);
  for (const [kind, definition] of Object.entries(COUNTED) as [keyof Counts, (typeof COUNTED)['hits']][]) {
    metrics.counter(definition, (counter) => {
      counter.reset();
      for (const { domain, rule, counts: found } of counts.values())
        counter.inc({ domain, rule }, found[kind]);
    });
  }
  const decisionTime = metrics.timing(METRICS.ratelimitDecisionSeconds, DECISION_BOUNDS_S)({});
  const refused = countRefusals(metrics, maxRules);
  const results = { ok: 0, over_limit: 0, shadowed: 0 };
  metrics.counter(METRICS.ratelimitRequests, (counter) => {
    counter.reset();
    for (const [result, count] of Object.entries(results)) if (count > 0) counter.inc({ result }, count);
  });

  const countsOf = ({ match }: PlannedLimits, request: RateLimitRequest, index: number): Counts => {
    const known = ofRules.get(match.rule);
    if (known !== undefined) return known;
    const entries = request.descriptors[index]?.entries ?? [];
    const label = `${request.domain}\0${ruleLabel(match, entries)}`;
    if (labelHasValues(match)) return countsUnder(ofRequests(label));
    const counts = countsUnder(ofFiles(label));
    ofRules.set(match.rule, counts);
    return counts;
  };
  const countsUnder = (bounded: string): Counts => {
    let found = counts.get(bounded);
    if (found === undefined) {
      const [ofDomain = bounded, rule = bounded] = bounded.split('\0');
      found = { domain: ofDomain, rule, counts: { hits: 0, within: 0, near: 0, over: 0, shadow: 0 } };
      counts.set(bounded, found);
    }
    return found.counts;
  };

  return {
    took(elapsedMs, caller) {
      decisionTime.observe(elapsedMs / 1000, slowTraceId(elapsedMs, caller));
    },
    observe(request, plan, states, { refusal, shadowed: isShadowed }) {
      if (refusal === undefined) results.ok += 1;
      else if (isShadowed) results.shadowed += 1;
      else {
        results.over_limit += 1;
        refused(request, refusal.limit.name);
      }
      let index = -1;
      for (const planned of plan.descriptors) {
        index += 1;
        if (planned.kind !== 'limited') continue;
        const found = countsOf(planned, request, index);
        let place = planned.firstBucket;
        for (const limit of planned.limits) {
          const bucket = plan.check.buckets[place];
          const state = states[place];
          place += 1;
          if (bucket === undefined || state === undefined || bucket.hits <= 0) continue;
          add(found, bucket, state, Math.floor(limit.requests * nearLimitRatio));
          if (state.over && limit.shadowMode) found.shadow += overHits(bucket, state);
        }
      }
    },
  };
}

function add(counts: Counts, bucket: BucketRequest, state: BucketState, nearFrom: number): void {
  const { hits, limit } = bucket;
  const before = Math.max(state.used - hits, 0);
  counts.hits += hits;
  if (state.over) {
    const over = overHits(bucket, state);
    counts.over += over;
    if (over < hits) counts.near += limit - Math.max(nearFrom, before);
    return;
  }
  counts.within += hits;
  if (state.used > nearFrom) counts.near += Math.min(hits, state.used - nearFrom);
}

/** All hits also where it is not the limit itself that refuses, but this process's share of it. */
function overHits({ hits, limit, denied }: BucketRequest, { used }: BucketState): number {
  const beyond = used - limit;
  return denied === 'free' || beyond <= 0 ? hits : Math.min(beyond, hits);
}

const NO_NAME = 'none';

/** By the request's tier, which is whatever its descriptors say. */
function countRefusals(
  metrics: Metrics,
  maxPairs: number,
): (request: RateLimitRequest, limit: string) => void {
  const counter = metrics.counter(METRICS.ratelimitRefusals);
  const bounded = createLabelBound(maxPairs);
  return ({ descriptors }, limit) => {
    const entry = descriptors.flatMap(({ entries }) => entries).find(({ key }) => key === 'tier');
    const pair = bounded(`${entry?.value || NO_NAME}\0${limit || NO_NAME}`);
    const [tier = pair, name = pair] = pair.split('\0');
    counter.inc({ tier, limit: name });
  };
}
