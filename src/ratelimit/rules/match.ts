import type { Rule, RuleLevel, RuleNode } from './rule.ts';
import { fitsWildcard } from './wildcard.ts';

export interface DescriptorEntry {
  key: string;
  value: string;
}

/** A rule and the nodes that lead to it, one for each entry of the descriptor. */
export interface RuleMatch {
  rule: Rule;
  path: readonly RuleNode[];
}

/**
 * The rule for a descriptor: at each level the exact value goes first, then the first fitting wildcard in file
 * order, then the key alone. There is no way back: once a level has chosen, the other choices are out, and a
 * descriptor with more or fewer entries than the path has levels meets no rule. (As envoyproxy/ratelimit.)
 */
export function matchRule(tree: RuleLevel, entries: readonly DescriptorEntry[]): RuleMatch | undefined {
  const path: RuleNode[] = [];
  let level = tree;
  for (const entry of entries) {
    const node = chooseNode(level, entry);
    if (node === undefined) return undefined;
    path.push(node);
    level = node.below;
  }
  const rule = path.at(-1)?.rule;
  return rule && { rule, path };
}

function chooseNode(level: RuleLevel, { key, value }: DescriptorEntry): RuleNode | undefined {
  return (
    level.byValue.get(key)?.get(value) ??
    level.byWildcard.get(key)?.find(({ pattern }) => fitsWildcard(pattern, value))?.node ??
    level.byKey.get(key)
  );
}
