import type { Limit, RuleLevel, RuleNode, RuleSet } from './rule.ts';

/** A level of a rule's path, for people. */
export interface ListedNode {
  key: string;
  /** As the file writes it; null: any value. */
  value: string | null;
  /** There where a descriptor may end here. */
  rule?: { label: string; limits: readonly Limit[] | 'unlimited' };
  below: ListedNode[];
}

export interface ListedRules {
  domains: { domain: string; nodes: ListedNode[] }[];
  /** Levels that are left out, because there are more than were asked for. */
  omitted: number;
}

/** All rules as they stand in the files. @param maxNodes levels of all domains together */
export function listRules(rules: RuleSet, maxNodes: number): ListedRules {
  let listed = 0;
  let omitted = 0;
  const listLevel = ({ byValue, byKey }: RuleLevel): ListedNode[] => {
    const named = [...byValue].flatMap(([key, values]) =>
      [...values].map(([value, node]) => ({ key, value, node })),
    );
    const any = [...byKey].map(([key, node]) => ({ key, value: null, node }));
    return [...named, ...any].flatMap(({ key, value, node }) => {
      if (listed >= maxNodes) {
        omitted += sizeOf(node);
        return [];
      }
      listed += 1;
      const { match, below } = node;
      const rule = match && { label: match.rule.label, limits: match.rule.limits };
      return [{ key, value, ...(rule && { rule }), below: listLevel(below) }];
    });
  };
  const domains = [...rules].map(([domain, { tree }]) => ({ domain, nodes: listLevel(tree) }));
  return { domains, omitted };
}

/** The level itself and all below. */
function sizeOf({ below: { byValue, byKey } }: RuleNode): number {
  const children = [...[...byValue.values()].flatMap((values) => [...values.values()]), ...byKey.values()];
  return children.reduce((sum, child) => sum + sizeOf(child), 1);
}
