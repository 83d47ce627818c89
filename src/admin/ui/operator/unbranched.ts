import type { RuleTreeNode, RuleTreeRule } from '../../contract.ts';

/** Levels of a rule's path that stand on one line. */
export interface UnbranchedRule {
  /** Such as `tier=pro`, `tenant=*`. */
  path: string[];
  rule: RuleTreeRule | undefined;
  below: readonly RuleTreeNode[];
}

/** A level with those below it up to the first that has a rule, or more than one below it. */
export function unbranched(node: RuleTreeNode): UnbranchedRule {
  const own = `${node.key}=${node.value ?? '*'}`;
  const [only] = node.below;
  if (node.rule !== undefined || only === undefined || node.below.length > 1) {
    return { path: [own], rule: node.rule, below: node.below };
  }
  const rest = unbranched(only);
  return { ...rest, path: [own, ...rest.path] };
}
