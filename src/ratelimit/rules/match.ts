import type { RuleLevel, RuleMatch, RuleNode } from './rule.ts';
import { fitsWildcard } from './wildcard.ts';

export interface DescriptorEntry {
  key: string;
  value: string;
}

/**
 * The rule for a descriptor: at each level the exact value goes first, then the first fitting wildcard in file
 * order, then the key alone. There is no way back: once a level has chosen, the other choices are out, and a
 * descriptor with more or fewer entries than the path has levels meets no rule. (As envoyproxy/ratelimit.)
 */
export function matchRule(tree: RuleLevel, entries: readonly DescriptorEntry[]): RuleMatch | undefined {
  let level = tree;
  let match: RuleMatch | undefined;
  for (const entry of entries) {
    const node = chooseNode(level, entry);
    if (node === undefined) return undefined;
    match = node.match;
    level = node.below;
  }
  return match;
}

function chooseNode(level: RuleLevel, { key, value }: DescriptorEntry): RuleNode | undefined {
  return (
    level.byValue.get(key)?.get(value) ??
    level.byWildcard.get(key)?.find(({ pattern }) => fitsWildcard(pattern, value))?.node ??
    level.byKey.get(key)
  );
}
