import type { DescriptorEntry } from './match.ts';
import type { RuleMatch } from './rule.ts';

/** Whether metrics tell values of requests, which are without end. */
export function labelHasValues({ rule, path }: RuleMatch): boolean {
  return rule.detailedMetric || path.some(({ valueToMetric }) => valueToMetric);
}

/**
 * What metrics call the rule that a descriptor met: its path of keys and values, with the request's values where
 * detailed_metric or value_to_metric ask for them, and the wildcard where its matches share a threshold.
 */
export function ruleLabel({ rule, path }: RuleMatch, entries: readonly DescriptorEntry[]): string {
  if (path.length === 0) return rule.label;
  return path
    .map(({ label, sharedValue, valueToMetric }, index) => {
      const { key, value } = entries[index] as DescriptorEntry;
      if (rule.detailedMetric) return `${key}_${sharedValue ?? value}`;
      return valueToMetric ? `${key}_${value}` : label;
    })
    .join('.');
}
