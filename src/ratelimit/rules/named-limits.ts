import type { Limit, RuleLevel, RuleNode } from './rule.ts';

/** One level of the path to a rule; without a value any value will do, with a `*` in it any that fits. */
export interface PathStep {
  key: string;
  value?: string;
}

/** A limit and where the rule file has it. */
export interface PlacedLimit {
  limit: Limit;
  path: readonly PathStep[];
}

/** Every limit of a domain, in the order of the file as far as the tree has kept it. */
export function* placedLimits(level: RuleLevel, above: readonly PathStep[] = []): Generator<PlacedLimit> {
  for (const [key, values] of level.byValue) {
    for (const [value, node] of values) yield* limitsOf(node, [...above, { key, value }]);
  }
  for (const [key, node] of level.byKey) yield* limitsOf(node, [...above, { key }]);
}

function* limitsOf({ match, below }: RuleNode, path: readonly PathStep[]): Generator<PlacedLimit> {
  if (match !== undefined && match.rule.limits !== 'unlimited') {
    for (const limit of match.rule.limits) yield { limit, path };
  }
  yield* placedLimits(below, path);
}
