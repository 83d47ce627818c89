import { describeLimit, type ListedNode } from '../../../ratelimit/index.ts';
import { METRICS } from '../../../telemetry/index.ts';
import type { Told } from '../../collect/collector.ts';
import type { RuleTreeNode, RuleTreeRule } from '../../contract.ts';

type Counters = RuleTreeRule['counters'];

/** What the rate limit service has counted by rule. */
export type CountersOf = (domain: string, label: string) => Counters;

/** @param told by the processes of the service; of none nothing is known */
export function countersOf(told: readonly Told[]): CountersOf {
  const byRule = new Map<string, NonNullable<Counters>>();
  const add = (metric: { name: string }, counter: keyof NonNullable<Counters>) => {
    for (const { labels, value } of told.flatMap(({ families }) => families.samples(metric.name))) {
      const rule = JSON.stringify([labels.domain, labels.rule]);
      const counters = byRule.get(rule) ?? { hits: 0, nearLimit: 0, overLimit: 0, shadow: 0 };
      counters[counter] += value;
      byRule.set(rule, counters);
    }
  };
  add(METRICS.ratelimitHits, 'hits');
  add(METRICS.ratelimitNearLimitHits, 'nearLimit');
  add(METRICS.ratelimitOverLimitHits, 'overLimit');
  add(METRICS.ratelimitShadowHits, 'shadow');
  return (domain, label) => {
    if (told.length === 0) return null;
    return byRule.get(JSON.stringify([domain, label])) ?? { hits: 0, nearLimit: 0, overLimit: 0, shadow: 0 };
  };
}

export function treeNode(domain: string, counters: CountersOf): (node: ListedNode) => RuleTreeNode {
  const shown = ({ key, value, rule, below }: ListedNode): RuleTreeNode => ({
    key,
    value,
    ...(rule && { rule: shownRule(rule, counters(domain, rule.label)) }),
    below: below.map(shown),
  });
  return shown;
}

function shownRule({ label, limits }: NonNullable<ListedNode['rule']>, counters: Counters): RuleTreeRule {
  if (limits === 'unlimited') return { label, limits, counters };
  const shown = limits.map((limit) => ({
    ...{ name: limit.name, description: describeLimit(limit), requests: limit.requests },
    ...{ algorithm: limit.algorithm.kind, shadowMode: limit.shadowMode },
  }));
  return { label, limits: shown, counters };
}
